// Comforts of the application form: questions that depend on an answer come and go, and colleagues see who is writing.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function follow(box) {
  const chosen = all(`[name="${CSS.escape(box.dataset.shownIf)}"]`)
    .filter((input) => !["checkbox", "radio"].includes(input.type) || input.checked)
    .map((input) => input.value);
  box.hidden = !box.dataset.shownAnswers.split("|").some((answer) => chosen.includes(answer));
}
const dependent = all("[data-shown-if]");
dependent.forEach(follow);
if (dependent.length) document.addEventListener("input", () => dependent.forEach(follow));
