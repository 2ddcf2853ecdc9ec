// Thirty files in an evening: keys, and a total that follows the typing. The server works out the same total when it saves.

const form = document.querySelector("form[data-score]");
const boxes = form ? [...form.querySelectorAll("[data-points]")] : [];
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const hundredths = (text) => {
  const found = /^\s*(\d{1,6})(?:[.](\d{0,2})0*)?\s*$/.exec(text);
  return found ? BigInt(found[1]) * 100n + BigInt((found[2] ?? "").padEnd(2, "0")) : null;
};
const said = (value) => {
  const rest = value % 100n;
  return rest ? `${value / 100n}.${String(rest).padStart(2, "0")}`.replace(/0$/, "") : String(value / 100n);
};

function total(card) {
  const whole = BigInt(card.dataset.most);
  let base = 0n, open = 0n, beside = 0n, any = false;
  for (const item of all("[data-item]", card)) {
    const typed = hundredths(item.querySelector("[data-points]").value);
    const points = typed !== null && typed > BigInt(item.dataset.most) ? null : typed;
    const na = item.querySelector("[data-na]")?.checked ?? false;
    any ||= points !== null;
    if (item.dataset.kind) beside += (item.dataset.kind === "plus" ? 1n : -1n) * (points ?? 0n);
    else if (!na) { base += points ?? 0n; open += BigInt(item.dataset.most); }
    const beyond = points !== null && !na && ("below" in item.dataset && points < BigInt(item.dataset.below) || "beyond" in item.dataset && points > BigInt(item.dataset.beyond));
    const reason = item.querySelector("[data-reason]");
    if (reason) reason.hidden = !beyond && !reason.querySelector("input").value && !reason.querySelector(".error");
    item.classList.toggle("passed", na);
  }
  if (open !== whole) base = open ? (2n * base * whole + open) / (2n * open) : 0n;
  base += beside;
  if (!("over" in card.dataset) && base > whole) base = whole;
  return any ? said(base < 0n ? 0n : base) : "";
}

// Points that cannot be given are told while they are typed; the server says the same, and keeps what was there before.
function judged(item) {
  const box = item.querySelector("[data-points]"), text = box.value.trim(), typed = hundredths(text), most = BigInt(item.dataset.most);
  const wrong = text !== "" && (typed === null || typed > most);
  let line = item.querySelector("[data-wrong]");
  box.classList.toggle("is-invalid", wrong);
  box.toggleAttribute("aria-invalid", wrong);
  if (!wrong) return line?.remove();
  if (!line) {
    item.querySelector(".error")?.remove();
    line = Object.assign(document.createElement("p"), { className: "error" });
    line.dataset.wrong = "";
    item.querySelector(".marks-line").after(line);
  }
  line.textContent = `请给 0 到 ${said(most)} 分，最多两位小数。`;
}

function follow(event) {
  const card = form.querySelector("[data-marks]");
  const item = event?.target.closest?.("[data-item]");
  if (item) judged(item);
  const words = total(card);
  for (const place of all("[data-total]")) place.textContent = words;
}

function go(index) {
  const next = boxes[index] ?? form.elements.comment;
  next?.focus();
  next?.select?.();
}

const writing = (element) => element.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && form) {
    event.preventDefault();
    form.dispatchEvent(new Event("focusout"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return document.activeElement?.blur?.();
  const here = boxes.indexOf(event.target);
  if (event.key === "Enter" && here >= 0) {
    event.preventDefault();
    return go(here + 1);
  }
  if (writing(event.target)) return;
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (link) return link.click();
  if (/^[1-9]$/.test(event.key) && boxes.length >= Number(event.key)) {
    event.preventDefault();
    go(Number(event.key) - 1);
  }
  const keys = document.getElementById("keys");
  if (event.key === "?" && keys) {
    keys.open = !keys.open;
    keys.querySelector("summary").focus();
  }
});

if (form) {
  form.addEventListener("input", follow);
  follow();
}
