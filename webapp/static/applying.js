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

// --- what is still wrong, said anew after each save: where it was marked before, and where one has written meanwhile

const FAULT = ":scope > .error:not([data-pasted])";
const touched = new WeakSet();
for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => touched.add(event.target));

// The box and the input of a place as the server names it; rows without anything in them are not counted.
function at(form, place) {
  const [name, number, column] = place.split("-");
  const table = form.querySelector(`table[data-rows="${CSS.escape(name)}"]`);
  if (column) {
    const filled = all("tbody > [data-row]", table ?? form).filter((row) => all("[data-col]", row).some((cell) => cell.value.trim()));
    const cell = table && filled[number]?.querySelector(`[data-col="${CSS.escape(column)}"]`);
    const pasted = () => touched.has(table) && cell.value; // rows pasted from a sheet are told to their table
    return cell && { box: cell.closest("td"), input: cell, written: touched.has(cell) || pasted() };
  }
  if (table) return { box: table.closest(".field-rows"), written: touched.has(table) || all("[data-col]", table).some((cell) => touched.has(cell)) };
  const inputs = all(`[name="${CSS.escape(place)}"]:not([type=hidden])`, form);
  const box = inputs[0]?.closest(".field");
  if (!box) return null;
  return { box, input: box.tagName === "FIELDSET" ? box : inputs[0], written: inputs.some((input) => touched.has(input)) };
}

function mark({ box, input }, sentences) {
  for (const old of all(FAULT, box)) old.remove();
  box.classList.toggle("wrong", box.matches(".field") && sentences.length > 0);
  const key = input ? `${input.id}-error` : "";
  for (const sentence of sentences) {
    const line = document.createElement("p");
    const words = document.createElement("span");
    const sign = document.querySelector("svg.icon")?.cloneNode(true);
    line.className = "error";
    words.textContent = sentence;
    if (sign) {
      const use = sign.querySelector("use");
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#stop"));
      line.append(sign);
    }
    line.append(words);
    if (key && !box.querySelector(FAULT)) line.id = key;
    const buttons = box.querySelector(":scope > .buttons");
    if (buttons) buttons.before(line); else box.append(line);
  }
  if (!input) return;
  const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== key);
  if (sentences.length) { input.setAttribute("aria-invalid", "true"); described.push(key); } else input.removeAttribute("aria-invalid");
  if (described.length) input.setAttribute("aria-describedby", described.join(" ")); else input.removeAttribute("aria-describedby");
  input.classList.toggle("is-invalid", sentences.length > 0 && input.matches(".form-control, .form-select"));
}

// The box above the form keeps what still holds, in the words of the place.
function shorten() {
  const box = document.getElementById("form-errors");
  if (!box) return;
  for (const line of all("li", box)) {
    const link = line.querySelector('a[href^="#"]');
    const place = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!place) continue;
    const fault = (place.matches("fieldset, .field-rows") ? place : place.closest("td, .field"))?.querySelector(FAULT);
    if (!fault) line.remove();
    else if (!link.textContent.endsWith(fault.textContent)) link.textContent = fault.textContent;
  }
  const left = all("li", box).length;
  if (left) box.querySelector("h2").textContent = `请改正以下 ${left} 处`;
  else box.remove();
}

document.addEventListener("saved", (event) => {
  const { remarks } = event.detail;
  if (!remarks) return;
  const page = event.target;
  const said = new Map();
  for (const one of remarks) said.set(one.place, [...said.get(one.place) ?? [], one.sentence]);
  const boxes = new Map();
  for (const [place, sentences] of said) {
    const found = at(page, place);
    if (found && (found.written || found.box.querySelector(FAULT))) boxes.set(found.box, { found, sentences });
  }
  for (const fault of all(".field > .error, td > .error:not([data-pasted]), .field-rows > .error", page)) {
    const box = fault.parentElement;
    if (!boxes.has(box)) boxes.set(box, { found: { box, input: box.tagName === "FIELDSET" ? box : box.querySelector("[aria-invalid]") }, sentences: [] });
  }
  for (const { found, sentences } of boxes.values()) mark(found, sentences);
  shorten();
  const state = page.closest(".page-part")?.querySelector("h2 > .tag"); // of a form on one page
  if (state && !state.textContent.startsWith("沿用")) {
    state.textContent = remarks.length ? `还有 ${remarks.length} 处` : "填写完整";
    state.className = `tag ${remarks.length ? "warn" : "ok"}`;
  }
});
