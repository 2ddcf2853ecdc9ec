// Comforts of the application form: questions that depend on an answer come and go, and colleagues see who is writing.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function follow(box) {
  const chosen = all(`[name="${CSS.escape(box.dataset.shownIf)}"]`, box.closest("form") ?? document)
    .filter((input) => !["checkbox", "radio"].includes(input.type) || input.checked)
    .map((input) => input.value);
  box.hidden = !box.dataset.shownAnswers.split("|").some((answer) => chosen.includes(answer));
}
const dependent = all("[data-shown-if]");
dependent.forEach(follow);
if (dependent.length) document.addEventListener("input", () => dependent.forEach(follow));

const place = document.querySelector("[data-writing]");
const form = place && document.querySelector("form[data-autosave]");
async function tellOthers() {
  try {
    const body = new FormData();
    body.append("csrf_token", form.elements.namedItem("csrf_token").value);
    const answer = await fetch(place.dataset.writing, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    place.textContent = (await answer.json()).words;
    place.hidden = !place.textContent;
  } catch { /* no network: the form says so */ }
}
if (form) {
  let last = 0;
  form.addEventListener("input", () => { if (Date.now() - last > 30000) { last = Date.now(); tellOthers(); } });
  setInterval(() => { if (last && document.visibilityState === "visible") tellOthers(); }, 30000);
}

// the deadline warns once more as it passes a day, an hour, ten minutes
const closes = document.querySelector("[data-closes]");
if (closes) {
  const ahead = Date.parse(document.documentElement.dataset.now) - Date.now() || 0;
  const tell = () => {
    const left = Date.parse(closes.dataset.closes) - Date.now() - ahead;
    closes.classList.toggle("warn", left <= 86400000 && left > 600000);
    closes.classList.toggle("stop", left <= 600000);
    closes.setAttribute("role", left <= 3600000 ? "alert" : "status");
  };
  tell();
  setInterval(tell, 20000);
}
