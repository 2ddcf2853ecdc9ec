// One claim after the other without the mouse. Every key does what a link or button on the page does.

const form = document.querySelector("form[data-review]");
const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (!form || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const note = form.elements.note;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    if (event.key === "Enter" && event.target === note) {
      event.preventDefault();
      form.requestSubmit(form.elements.reject);
    }
    return;
  }
  const link = { j: "next", k: "prev" }[event.key];
  if (link) document.querySelector(`a[rel="${link}"]`)?.click();
  else if (event.key === "a") form.requestSubmit(form.elements.accept);
  else if (event.key === "r") note.focus();
  else if (event.key === "?") form.querySelector(".keys").open ^= true;
  else return;
  event.preventDefault();
});
