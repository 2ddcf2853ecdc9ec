// Small comforts over pages that work without them. No behaviour here decides anything: the server checks all of it again.

const root = document.documentElement;
root.dataset.js = "";
const ahead = root.dataset.now ? Date.parse(root.dataset.now) - Date.now() : 0;
const serverNow = () => Date.now() + ahead;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- amounts: decimal text to whole hundredths and back, never through a floating point number

const hundredths = (text) => {
  const plain = String(text).replace(/[,，\s]/g, "");
  const found = /^(-?)(\d{0,15})(?:\.(\d{0,2})0*)?$/.exec(plain);
  if (!found || plain === "" || plain === "-" || plain === ".") return null;
  const value = BigInt(found[2] || 0) * 100n + BigInt((found[3] || "").padEnd(2, "0"));
  return found[1] ? -value : value;
};
const written = (fen) => {
  const size = fen < 0n ? -fen : fen;
  const whole = String(size / 100n).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0n ? "-" : ""}${whole}.${String(size % 100n).padStart(2, "0")}`;
};
const times = (price, quantity) => {
  const product = price * quantity;
  return product < 0n ? (product - 50n) / 100n : (product + 50n) / 100n;
};

// --- tables of rows: sums that follow the typing, rows that come and go, several rows pasted from a sheet

const rowsOf = (table) => all("tbody > [data-row]", table);
const cell = (row, column) => row.querySelector(`[data-col="${column}"]`);

function sumUp(table) {
  const product = table.dataset.product?.split(" ");
  let productSum = 0n;
  if (product) {
    for (const row of rowsOf(table)) {
      const factors = product.map((column) => hundredths(cell(row, column)?.value ?? ""));
      const known = factors.every((factor) => factor !== null);
      const value = known ? factors.reduce(times) : 0n;
      productSum += value;
      row.querySelector("[data-subtotal]").textContent = known ? written(value) : "";
    }
    const place = table.querySelector("[data-sum-product]");
    if (place) place.textContent = written(productSum);
  }
  for (const place of all("[data-sum]", table)) {
    const values = rowsOf(table).map((row) => hundredths(cell(row, place.dataset.sum)?.value ?? "") ?? 0n);
    place.textContent = written(values.reduce((a, b) => a + b, 0n));
  }
}

function emptied(row) {
  for (const input of all("input, textarea, select", row)) {
    if (input.type === "checkbox" || input.type === "radio") input.checked = false;
    else if (input.tagName === "SELECT") input.selectedIndex = 0;
    else input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    input.classList.remove("is-invalid");
  }
  for (const old of all(".error", row)) old.remove();
  const subtotal = row.querySelector("[data-subtotal]");
  if (subtotal) subtotal.textContent = "";
}

function renumber(table) {
  rowsOf(table).forEach((row, index) => {
    for (const number of all("[data-row-number]", row)) number.textContent = index + 1;
  });
}

function addRow(table) {
  const name = table.dataset.rows;
  const last = rowsOf(table).at(-1);
  const start = new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}-(\\d+)`);
  const taken = all("[name], [value]", table)
    .flatMap((element) => [element.getAttribute("name"), element.getAttribute("value")])
    .map((text) => start.exec(text ?? ""))
    .filter(Boolean)
    .map((found) => Number(found[1]));
  const next = `${name}-${Math.max(-1, ...taken) + 1}`;
  const row = last.cloneNode(true);
  for (const element of [row, ...all("*", row)]) {
    for (const attribute of ["id", "name", "for", "value"]) {
      const text = element.getAttribute(attribute);
      if (text && start.test(text)) element.setAttribute(attribute, text.replace(start, next));
    }
  }
  emptied(row);
  last.after(row);
  renumber(table);
  return row;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.('button[name="add_row"], button[name="drop_row"]');
  if (!button) return;
  const table = (button.closest(".field-rows") ?? document).querySelector("table[data-rows]");
  if (!table) return;
  event.preventDefault();
  if (button.name === "add_row") {
    addRow(table).querySelector("input:not([type=hidden]), select, textarea")?.focus();
  } else {
    const row = button.closest("[data-row]");
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    if (neighbour) {
      row.remove();
      neighbour.querySelector('button[name="drop_row"]')?.focus();
    } else emptied(row);
    renumber(table);
  }
  sumUp(table);
  table.dispatchEvent(new Event("input", { bubbles: true }));
});

// A day as sheets write it, as a field of dates takes it; empty where it is none.
function day(text) {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text);
  return found ? [found[1], found[2].padStart(2, "0"), found[3].padStart(2, "0")].join("-") : "";
}

// What was pasted and cannot stand in its place is not dropped in silence.
function unknown(place, words) {
  const line = document.createElement("p");
  line.className = "error";
  line.dataset.pasted = "";
  line.setAttribute("role", "alert");
  line.textContent = words;
  place.addEventListener("change", () => line.remove(), { once: true });
  return line;
}

document.addEventListener("paste", (event) => {
  const input = event.target;
  const table = input.closest?.("table[data-rows]");
  const text = event.clipboardData?.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "") ?? "";
  if (!table || input.tagName === "TEXTAREA" || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  let row = input.closest("[data-row]");
  const from = all("[data-col]", row).indexOf(input);
  for (const line of text.split("\n")) {
    row ??= addRow(table);
    const places = all("[data-col]", row).slice(from);
    line.split("\t").forEach((raw, index) => {
      const place = places[index];
      if (!place) return;
      const value = raw.trim();
      if (place.tagName === "SELECT") {
        const option = [...place.options].find((one) => one.text.trim() === value || one.value === value);
        place.parentElement.querySelector("[data-pasted]")?.remove();
        if (option) place.value = option.value;
        else place.after(unknown(place, `没有“${value}”这一项，请选择。`));
      } else if (place.type === "date") {
        place.value = day(value);
        place.parentElement.querySelector("[data-pasted]")?.remove();
        if (value && !place.value) place.after(unknown(place, `“${value}”不是日期，请填写。`));
      } else place.value = value;
    });
    row = row.nextElementSibling;
  }
  table.querySelector("[data-pasted]")?.scrollIntoView({ block: "nearest", inline: "center" });
  sumUp(table);
  table.dispatchEvent(new Event("input", { bubbles: true }));
});

// --- spending a pot: what is chosen so far, and what is left

function spend(pot) {
  const place = pot.querySelector("[data-pot-left]");
  const spent = all("input[data-fen]:checked", pot).reduce((sum, input) => sum + BigInt(input.dataset.fen), 0n);
  const left = BigInt(pot.dataset.pot) - spent;
  place.textContent = left < 0n ? `已选 ${written(spent)} 元，超过了 ${written(-left)} 元，请去掉一些。` : `已选 ${written(spent)} 元，还剩 ${written(left)} 元。`;
  place.classList.toggle("over", left < 0n);
}

for (const pot of all("[data-pot]")) {
  pot.addEventListener("change", () => spend(pot));
  spend(pot);
}

// --- characters written so far

function countUp(place) {
  const input = document.getElementById(place.dataset.countOf);
  if (!input) return;
  const most = input.maxLength > 0 ? input.maxLength : 0;
  place.textContent = most ? `已写 ${input.value.length} 字，最多 ${most} 字` : `已写 ${input.value.length} 字`;
  place.classList.toggle("over", most > 0 && input.value.length >= most);
}

document.addEventListener("input", (event) => {
  const input = event.target;
  const table = input.closest?.("table[data-rows]");
  if (table) sumUp(table);
  if (input.id) for (const place of all(`[data-count-of="${CSS.escape(input.id)}"]`)) countUp(place);
});

// --- drafts: saved while one writes; kept in this browser when the network is gone, and offered back

const PRIVATE = "[type=password], [type=file], [type=hidden], [data-private]";
const DAYS_KEPT = 3 * 24 * 3600 * 1000;
const keyOf = (form) => `draft:${document.body.dataset.person ?? ""}:${form.dataset.autosave ?? location.pathname}`;
const store = {
  get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden: nothing to do */ } },
  drop: (key) => { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
};
const clock = (moment) => new Date(moment).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });
const dayAndClock = (moment) => new Date(moment).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
const OFFLINE = "没有网络，可以接着写，内容暂存在本机，恢复后自动保存";
const leaving = new Set();
const LONGEST_LEAVING = 60000; // bytes: a browser takes 64 KB along

// What was typed, as this browser keeps it.
class Kept {
  constructor(form) { this.form = form; }

  collected() {
    const values = [];
    for (const input of this.form.elements) {
      if (!input.name || input.matches(PRIVATE) || input.type === "submit") continue;
      if (["checkbox", "radio"].includes(input.type)) { if (input.checked) values.push([input.name, input.value]); }
      else values.push([input.name, input.value]);
    }
    return values;
  }

  // The version it was typed over goes along: what others saved meanwhile is then put together with it, not written over.
  keep() { store.set(keyOf(this.form), { at: Date.now(), values: this.collected(), version: this.form.elements.namedItem("version")?.value }); }

  offer() {
    const kept = store.get(keyOf(this.form));
    if (!kept) return;
    if (Date.now() - kept.at > DAYS_KEPT) return store.drop(keyOf(this.form));
    if (JSON.stringify(kept.values) === JSON.stringify(this.collected())) return store.drop(keyOf(this.form));
    const box = document.createElement("div");
    box.className = "notice warn";
    box.setAttribute("role", "status");
    const words = document.createElement("div");
    const line = document.createElement("p");
    line.textContent = `${dayAndClock(kept.at)}有内容没能保存到平台，暂存在这台设备上。`;
    const take = document.createElement("button");
    take.type = "button"; take.className = "btn btn-plain btn-sm"; take.textContent = "恢复这些内容";
    const drop = document.createElement("button");
    drop.type = "button"; drop.className = "btn btn-text btn-sm"; drop.textContent = "不要了";
    take.addEventListener("click", () => { this.restore(kept.values, kept.version); box.remove(); });
    drop.addEventListener("click", () => { store.drop(keyOf(this.form)); box.remove(); });
    words.append(line, take, " ", drop);
    box.append(words);
    this.form.before(box);
  }

  restore(values, version) {
    const over = this.form.elements.namedItem("version");
    if (over && version !== undefined) over.value = version;
    for (const table of all("table[data-rows]", this.form)) {
      const names = new Set(values.map(([name]) => name).filter((name) => name.startsWith(`${table.dataset.rows}-`)).map((name) => name.split("-")[1]));
      while (rowsOf(table).length < names.size) addRow(table);
    }
    for (const box of all("[type=checkbox], [type=radio]", this.form)) box.checked = values.some(([name, value]) => name === box.name && value === box.value);
    for (const [name, value] of values) {
      const input = this.form.querySelector(`[name="${CSS.escape(name)}"]:not([type=checkbox]):not([type=radio])`);
      if (input && !input.matches(PRIVATE)) input.value = value;
    }
    for (const table of all("table[data-rows]", this.form)) sumUp(table);
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// The token of the session as it is now, put into every form of this page; only for the person who opened the page.
async function renewed() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
  if (!answer.ok) throw new Error("signed-out");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('[name="csrf_token"]')?.value;
  if (!token || page.body.dataset.person !== document.body.dataset.person) throw new Error("signed-out");
  for (const field of all('[name="csrf_token"]')) field.value = token;
  return token;
}

// A form that is saved on the platform while one writes.
class Draft extends Kept {
  constructor(form) {
    super(form);
    const own = all("[data-saved]", form); // several forms on one page each say their own
    this.places = own.length ? own : all("[data-saved]", form.closest("main") ?? document);
    this.sections = new Set();
    this.failures = 0;
    form.addEventListener("input", (event) => this.changed(event));
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("focusout", () => { if (this.sections.size) this.soon(400); });
    form.addEventListener("submit", (event) => {
      clearTimeout(this.timer);
      if (!navigator.onLine) { // the browser's own page for it would take the form away
        event.preventDefault();
        this.sections.add(form);
        this.keep();
        return this.say(OFFLINE, "failed");
      }
      leaving.delete(this);
      this.sent = true;
    });
    addEventListener("offline", () => { if (this.sections.size) this.keep(); if (!this.stopped) this.say(OFFLINE, "failed"); });
    addEventListener("online", () => { if (this.sections.size) this.soon(0); else if (!this.stopped) this.say("网络已恢复"); });
    this.offer();
  }

  say(text, state = "") {
    for (const place of this.places) {
      place.textContent = text;
      place.dataset.state = state;
    }
  }

  changed(event) {
    if (event.target.type === "file") return;
    if (this.stopped) return this.keep();
    this.sections.add(event.target.closest("[data-section]") ?? this.form);
    leaving.add(this);
    if (!navigator.onLine) this.keep();
    if (!this.failures && navigator.onLine) this.say("有改动，尚未保存");
    this.soon(3000);
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  // What was typed in a section, or in the whole form, without files.
  collect(section) {
    const data = new FormData(this.form);
    const inside = section === this.form ? null : new Set(all("[name]", section).map((input) => input.name));
    const chosen = new FormData();
    for (const [name, value] of data) {
      if (value instanceof File || name === "once") continue;
      if (!inside || inside.has(name) || ["csrf_token", "version"].includes(name)) chosen.append(name, value);
    }
    if (section !== this.form) chosen.append("section", section.dataset.section);
    return chosen;
  }

  async save() {
    if (this.saving || this.stopped || this.sent) return;
    this.saving = true;
    const sections = [...this.sections];
    this.sections.clear();
    this.say("正在保存…");
    try {
      for (const section of sections.includes(this.form) ? [this.form] : sections) await this.send(section);
      this.failures = 0;
      if (!this.sections.size && !this.stopped) {
        leaving.delete(this);
        store.drop(keyOf(this.form));
      }
    } catch (problem) {
      sections.forEach((section) => this.sections.add(section));
      this.failures += 1;
      this.keep();
      this.say(problem.message === "signed-out" ? "登录已过期，内容暂存在本机，请在新窗口登录后继续" : navigator.onLine ? "没有保存成功，内容暂存在本机，稍后自动再试" : OFFLINE, "failed");
      this.soon(Math.min(60000, 3000 * 2 ** this.failures));
    } finally {
      this.saving = false;
    }
    if (this.sections.size && !this.failures) this.soon(3000);
  }

  // What is not saved yet goes along with the leaving; false when that cannot be, and the browser has to ask. It stays on this device either way.
  left() {
    this.keep();
    const section = this.sections.has(this.form) || this.sections.size !== 1 ? this.form : [...this.sections][0];
    const long = [...this.collect(section).values()].reduce((sum, value) => sum + value.length * 3, 0) > LONGEST_LEAVING;
    if (!navigator.onLine || this.failures || this.stopped || this.saving || long || this.sections.size > 1) return false;
    this.send(section, true).catch(() => { /* told on the next page: it is still kept here */ });
    return true;
  }

  async send(section, keepalive = false) {
    const body = this.collect(section);
    const post = () => fetch(this.form.dataset.autosave, {
      method: "POST",
      body,
      keepalive,
      headers: { Accept: "application/json", "X-CSRFToken": body.get("csrf_token") ?? "", "X-Autosave": "1" },
      redirect: "manual",
    });
    let answer = await post();
    if (answer.status === 400) { // signed out meanwhile, and perhaps in again in another window
      body.set("csrf_token", await renewed());
      answer = await post();
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new Error("signed-out");
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 409) {
      this.stopped = true;
      this.keep();
      leaving.delete(this);
      if (told.clashes) this.ask(told.sentence);
      this.say(told.sentence ?? "别人也在修改这一份，请刷新后再填。您刚才写的已暂存在本机。", "failed");
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const version = this.form.elements.namedItem("version");
    if (version && told.version != null) version.value = told.version;
    if (told.late) return this.say(told.late, "failed");
    if (told.merged) this.take(told.merged, body);
    const parts = [`${this.failures ? "网络已恢复，" : ""}已保存 ${told.saved ?? clock(serverNow())}`];
    if (told.version != null) parts.push(`第 ${told.version} 版`);
    this.say(`${parts.join("，")}${told.merged ? `。${told.merged.sentence}` : ""}${told.remark ? `。${told.remark}` : ""}`, told.remark ? "failed" : "");
    this.form.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: told }));
  }
}

// What the two did to the same answers, the server shows side by side: the form goes there, with all that was typed.
Draft.prototype.ask = function ask(sentence) {
  const box = document.createElement("div");
  box.className = "notice stop";
  box.setAttribute("role", "alert");
  const words = document.createElement("div");
  const line = Object.assign(document.createElement("p"), { textContent: sentence });
  const go = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-primary btn-sm", textContent: "对照两份，逐处选择" });
  go.addEventListener("click", () => this.form.requestSubmit());
  words.append(line, go);
  box.append(words);
  this.form.before(box);
};

// What a colleague wrote comes into the open page, but not over what was typed since it was sent.
Draft.prototype.take = function take(merged, sent) {
  for (const name of merged.fields) {
    const own = merged.values.filter(([one]) => one === name || one.startsWith(`${name}-`));
    const now = (data) => JSON.stringify([...data].filter(([one]) => one === name || one.startsWith(`${name}-`)));
    if (now(new FormData(this.form)) !== now(sent)) continue;
    const table = this.form.querySelector(`table[data-rows="${CSS.escape(name)}"]`);
    if (table) {
      const lines = [...new Set(own.map(([one]) => one.slice(name.length + 1).split("-")[0]))];
      while (rowsOf(table).length < lines.length) addRow(table);
      rowsOf(table).slice(lines.length).forEach((row) => emptied(row));
      const rows = rowsOf(table);
      for (const [one, value] of own) {
        const [line, ...column] = one.slice(name.length + 1).split("-");
        const input = cell(rows[lines.indexOf(line)], column.join("-"));
        if (input) input.value = value;
      }
      sumUp(table);
      continue;
    }
    for (const input of all(`[name="${CSS.escape(name)}"]`, this.form)) {
      if (["checkbox", "radio"].includes(input.type)) input.checked = own.some(([, value]) => value === input.value);
      else input.value = own[0]?.[1] ?? "";
    }
  }
};

// A form that goes once: what was typed stays in this browser until the page that answers it has come.
class Once extends Kept {
  constructor(form) {
    super(form);
    form.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.keep(), 500); });
    form.addEventListener("submit", (event) => this.go(event));
    this.offer();
  }

  go(event) {
    clearTimeout(this.timer);
    this.keep();
    if (navigator.onLine) return sent.set([keyOf(this.form), location.pathname]);
    event.preventDefault();
    this.told ??= this.form.appendChild(document.createElement("p"));
    this.told.className = "notice warn";
    this.told.setAttribute("role", "alert");
    this.told.textContent = "现在没有网络，还没有提交。您写的已留在这台设备上，有网络后请再按一次。";
  }
}

// Which form went last. The page that came from its address, and not by going back, is the answer: nothing is lost any more.
const sent = {
  get: () => { try { return JSON.parse(sessionStorage.getItem("sent")); } catch { return null; } },
  set: (value) => { try { sessionStorage.setItem("sent", JSON.stringify(value)); } catch { /* forbidden */ } },
};
function answered() {
  const [key, path] = sent.get() ?? [];
  sent.set(null);
  if (!key || !document.referrer || new URL(document.referrer).pathname !== path) return;
  if (path !== location.pathname || performance.getEntriesByType("navigation")[0]?.type === "navigate") store.drop(key);
}

addEventListener("beforeunload", (event) => {
  if (!leaving.size) return;
  if ([...leaving].map((draft) => draft.left()).includes(false)) event.preventDefault();
});

// --- a form goes once; the back button gives it back

const wordsOf = new WeakMap();

function release(form) {
  delete form.dataset.busy;
  for (const button of all("button[type=submit]", form)) {
    button.disabled = false;
    if (wordsOf.has(button)) button.replaceChildren(...wordsOf.get(button));
    wordsOf.delete(button);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-forget]")) {
    const unsent = store.get("draft:field");
    if (unsent && !form.dataset.warned) { // records written without a network, which leaving removes
      event.preventDefault();
      form.dataset.warned = "1";
      form.append(Object.assign(document.createElement("p"), { className: "notice warn", role: "alert", textContent: `这台设备上还有 ${unsent} 项活动记录没有发送，退出会删除。请先联网打开记录页发送；确实不要了，再按一次“退出”。` }));
      return;
    }
    try { indexedDB.deleteDatabase("field"); } catch { /* forbidden */ }
    try { Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach(store.drop); } catch { /* forbidden */ }
  }
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-stay]")) return;
  if (form.dataset.busy) return event.preventDefault();
  form.dataset.busy = "1";
  const pressed = event.submitter;
  setTimeout(() => { // after the browser has taken the pressed button's name along
    for (const button of all("button[type=submit]", form)) button.disabled = true;
    if (!pressed || pressed.matches(".visually-hidden, .btn-text")) return;
    wordsOf.set(pressed, [...pressed.childNodes]);
    pressed.replaceChildren("正在提交…");
  });
  setTimeout(() => release(form), 20000);
});
addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-busy]").forEach(release); });
document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest?.("form[data-busy]"); if (form) release(form); });

// --- time left until a deadline, by the server's clock

function tellTime(place) {
  const left = Math.floor((Date.parse(place.dataset.deadline) - serverNow()) / 60000);
  if (left < 0) place.textContent = "已截止";
  else if (left >= 1440) place.textContent = `还有 ${Math.floor(left / 1440)} 天 ${Math.floor((left % 1440) / 60)} 小时`;
  else if (left >= 60) place.textContent = `还有 ${Math.floor(left / 60)} 小时 ${left % 60} 分`;
  else place.textContent = `还有 ${left} 分钟`;
}
setInterval(() => all("[data-deadline]").forEach(tellTime), 20000);

// --- copy, print, back, menus, the error box

async function copy(button) {
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const before = [...button.childNodes];
  button.replaceChildren("已复制");
  setTimeout(() => button.replaceChildren(...before), 2000);
}

document.addEventListener("click", (event) => {
  const target = event.target;
  const copier = target.closest?.("[data-copy]");
  if (copier) copy(copier);
  if (target.closest?.("[data-print]")) print();
  if (target.closest?.("[data-back]")) history.back();
  for (const menu of all("details[data-menu][open]")) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of all("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

function begin(within) {
  all("table[data-rows]", within).forEach(sumUp);
  all("[data-count-of]", within).forEach(countUp);
  all("[data-deadline]", within).forEach(tellTime);
  for (const form of all("form[data-autosave]", within)) {
    if (!form.dataset.watched) { form.dataset.watched = "1"; new Draft(form); }
  }
  for (const form of all("form[data-held]", within)) form.addEventListener("submit", () => store.drop(keyOf(form)));
  for (const form of all(".public form[method=post]:not([data-autosave])", within).filter((one) => one.querySelector("textarea"))) {
    if (!form.dataset.watched) { form.dataset.watched = "1"; new Once(form); }
  }
}
answered();
begin(document);
addEventListener("pageshow", (event) => { if (event.persisted) sent.set(null); });
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) begin(event.target); });
document.getElementById("form-errors")?.focus();
for (const here of all(".side [aria-current], .tabs [aria-current]")) {
  const strip = here.closest("ul");
  if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = here.offsetLeft - strip.clientWidth / 3;
}
