// Recording an activity where there is no network: what is written and the pictures wait on this device, and go once when there is one.
// The page and its look are kept by `field-worker.js`, so that it opens again; signing out removes all of it (`site.js`).

const DAYS = 14 * 24 * 3600 * 1000;
const person = document.body.dataset.person ?? "";
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (name, more = {}, ...inside) => { const made = Object.assign(document.createElement(name), more); made.append(...inside); return made; };

// --- drafts, one for each page of an activity

const opened = new Promise((go, fail) => {
  const asked = indexedDB.open("field", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "path" });
  asked.onsuccess = () => { asked.result.onversionchange = () => asked.result.close(); go(asked.result); };
  asked.onerror = () => fail(asked.error);
});
async function store(mode, act) {
  const base = await opened;
  return new Promise((go, fail) => {
    const work = base.transaction("drafts", mode);
    const asked = act(work.objectStore("drafts"));
    work.oncomplete = () => go(asked?.result);
    work.onerror = () => fail(work.error);
    work.onabort = () => fail(work.error);
  });
}
const get = async (path) => { const found = await store("readonly", (drafts) => drafts.get(path)); return found?.person === person ? found : undefined; };
const put = (draft) => store("readwrite", (drafts) => drafts.put(draft));
const drop = (path) => store("readwrite", (drafts) => drafts.delete(path));
const waiting = async () => {
  const drafts = (await store("readonly", (found) => found.getAll())).filter((one) => one.person === person && one.ready);
  try { drafts.length ? localStorage.setItem("draft:field", drafts.length) : localStorage.removeItem("draft:field"); } catch { /* forbidden */ }
};

async function tidy() {
  for (const old of await store("readonly", (drafts) => drafts.getAll())) if (Date.now() - old.at > DAYS) await drop(old.path);
  for (const name of await (window.caches?.keys() ?? [])) if (name.startsWith("field:") && name !== `field:${person}`) await caches.delete(name);
}

// --- the page itself

async function keepPage() {
  if (!("serviceWorker" in navigator) || !window.caches) return false;
  await navigator.serviceWorker.register("/field-worker.js");
  await navigator.serviceWorker.ready;
  const kept = await caches.open(`field:${person}`);
  const fresh = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  if (!fresh) return Boolean(await kept.match(location.pathname, { ignoreVary: true }));
  if (!fresh.ok || fresh.redirected) return false;
  const had = new Set((await kept.keys()).map((one) => new URL(one.url).pathname));
  const look = performance.getEntriesByType("resource").map((one) => new URL(one.name)).filter((one) => one.origin === location.origin && one.pathname.startsWith("/static/")).map((one) => one.pathname);
  const declared = all("link[rel=stylesheet], link[rel=icon], script[src], img[src]").map((one) => new URL(one.href ?? one.src, location.href).pathname);
  const icons = all("svg use").map((one) => one.getAttribute("href").split("#")[0]);
  await kept.put(location.pathname, fresh);
  await kept.addAll([...new Set([...look, ...declared, ...icons])].filter((path) => path.startsWith("/static/") && !had.has(path)));
  return true;
}

const reachable = async () => {
  if (!navigator.onLine) return false;
  const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.redirected) throw new Error("signed out");
  return Boolean(answer) && answer.status < 500;
};

class Record {
  constructor(place) {
    this.form = place.closest("form");
    this.words = place.querySelector("[data-field-words]");
    this.path = location.pathname;
    this.draft = { path: this.path, person, at: Date.now(), once: this.form.elements.once.value, values: [], files: [], ready: false };
    this.passing = false;
    this.saved = Promise.resolve();
  }

  async begin() {
    const before = await get(this.path);
    const refused = document.getElementById("form-errors"); // the answer to what was sent: it stands as it came, and waits for a person
    if (before) {
      this.draft = before;
      if (refused) Object.assign(this.draft, { ready: false, once: this.form.elements.once.value, files: [] }); // the platform has the files
      else { this.restore(); this.form.elements.once.value = this.draft.once; }
    }
    this.listFiles();
    this.form.addEventListener("input", () => { this.passing = false; clearTimeout(this.timer); this.timer = setTimeout(() => this.keep(), 300); });
    this.form.addEventListener("change", (event) => this.chosen(event), true);
    addEventListener("submit", (event) => this.go(event), true);
    addEventListener("pagehide", () => { if (this.timer) this.keep(); });
    addEventListener("online", () => { if (this.draft.ready) this.send(); });
    if (before) await put(this.draft);
    const kept = await keepPage().catch(() => false);
    await waiting();
    if (this.draft.ready) return this.send();
    if (before && !refused) this.say("已恢复上次在这台设备上写的内容。");
    else this.say(kept ? "这一页已存在这台设备上，没有网络也能打开和填写。" : "");
    return undefined;
  }

  say(text, kind = "") { this.words.textContent = text; this.words.dataset.state = kind; }

  typed() {
    const values = [];
    for (const input of this.form.elements) {
      if (!input.name || input.matches("[type=file], [type=submit], [name=csrf_token], [name=once]") || input.closest("[data-sent]")) continue;
      if (!["checkbox", "radio"].includes(input.type)) values.push([input.name, input.value]);
      else if (input.checked) values.push([input.name, input.value]);
    }
    return values;
  }

  keep() {
    clearTimeout(this.timer);
    this.timer = 0;
    Object.assign(this.draft, { values: this.typed(), at: Date.now() });
    this.saved = put({ ...this.draft }).then(() => { if (!this.draft.ready) this.say("已存在这台设备上。"); }, () => this.say("这台设备存不下了，请连上网络提交。", "failed"));
    return this.saved;
  }

  restore() {
    for (const box of all("[type=checkbox], [type=radio]", this.form)) box.checked = this.draft.values.some(([name, value]) => name === box.name && value === box.value);
    for (const [name, value] of this.draft.values) {
      const input = this.form.querySelector(`[name="${CSS.escape(name)}"]:not([type=checkbox]):not([type=radio])`);
      if (input) input.value = value;
    }
  }

  // Files wait here until the form goes; only then are they sent, piece by piece, by `upload.js`.
  chosen(event) {
    const input = event.target;
    if (this.feeding || input.type !== "file") return;
    event.stopPropagation();
    this.passing = false;
    for (const file of input.files) this.draft.files.push({ field: input.name, name: file.name, type: file.type, blob: file });
    input.value = "";
    this.listFiles();
    this.keep();
  }

  listFiles() {
    for (const input of all("input[type=file]", this.form)) {
      const list = input.parentElement.querySelector("[data-kept]") ?? input.parentElement.appendChild(make("ul", { className: "files sent" }));
      list.dataset.kept = "";
      list.replaceChildren(...this.draft.files.filter((one) => one.field === input.name).map((one) => {
        const leave = make("button", { type: "button", className: "btn btn-text btn-sm", textContent: "移除", ariaLabel: `移除“${one.name}”` });
        leave.addEventListener("click", () => { this.passing = false; this.leave(one, input); });
        return make("li", {}, make("span", { textContent: one.name }), make("span", { className: "size" }, make("span", { textContent: "存在这台设备上" }), leave));
      }));
    }
  }

  leave(one, input) {
    this.draft.files = this.draft.files.filter((other) => other !== one);
    for (const line of all("[data-sent] li", input.parentElement)) if (line.textContent.includes(one.name)) line.remove();
    this.listFiles();
    this.keep();
  }

  go(event) {
    if (event.target !== this.form || this.passing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.draft.ready = true;
    this.send(event.submitter);
  }

  async send(pressed) {
    if (this.busy) return;
    this.busy = true;
    this.say("正在检查网络…");
    await this.keep();
    await waiting();
    const through = await reachable().catch(() => null);
    this.busy = false;
    if (through === null) return this.say("登录已过期。写的都在这台设备上，登录后再打开本页会自动发送。", "failed");
    if (!through) return this.say("没有网络。已存在这台设备上，可以关闭本页；有网络时打开本页会自动发送。", "failed");
    this.say("正在发送…");
    this.feed();
    this.passing = true;
    const visible = pressed?.isConnected && !pressed.matches(".visually-hidden") ? pressed : undefined;
    return this.form.requestSubmit(visible);
  }

  feed() {
    this.feeding = true;
    for (const input of all("input[type=file]", this.form)) {
      const chosen = new DataTransfer();
      for (const one of this.draft.files.filter((file) => file.field === input.name)) chosen.items.add(new File([one.blob], one.name, { type: one.type }));
      if (!chosen.files.length) continue;
      input.files = chosen.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.feeding = false;
  }
}

const place = document.querySelector("[data-field]");
const done = document.querySelector("[data-field-done]");
if (place) {
  tidy().then(() => new Record(place).begin()).catch(() => { /* no storage here: the form works as any other */ });
} else if (done) { // the platform has it: nothing of it stays here
  const path = done.dataset.fieldDone;
  drop(path).then(waiting).then(() => window.caches?.open(`field:${person}`)).then((kept) => kept?.delete(path, { ignoreVary: true })).catch(() => {});
}
