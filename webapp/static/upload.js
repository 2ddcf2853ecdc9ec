// Files go piece by piece: a lost network costs one piece, a reload none of what has come. Without this the form takes them along itself.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (name, more = {}, ...inside) => { const made = Object.assign(document.createElement(name), more); made.append(...inside); return made; };
const wait = (ms) => new Promise((go) => { setTimeout(go, ms); });
const sized = (size) => (size >= 1048576 ? `${(size / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(size / 1024))} KB`);
const store = {
  get: (key) => { try { return JSON.parse(localStorage.getItem(key)) ?? []; } catch { return []; } },
  set: (key, value) => { try { value.length ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key); } catch { /* full or forbidden */ } },
};
const keyOf = (input) => `draft:files:${location.pathname}:${input.name}`; // signing out forgets whatever begins with draft:
const remember = (input, one) => store.set(keyOf(input), [...store.get(keyOf(input)).filter((other) => other.token !== one.token), one]);
const forget = (input, token) => store.set(keyOf(input), store.get(keyOf(input)).filter((one) => one.token !== token));

// --- SHA-256 in pieces; the browser's own wants the whole at once, and only over https

const K = new Uint32Array(64);
const START = new Uint32Array(8);
for (let n = 2, found = 0; found < 64; n += 1) {
  let prime = true;
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) { prime = false; break; }
  if (!prime) continue;
  const part = (root) => Math.floor((root - Math.floor(root)) * 4294967296);
  if (found < 8) START[found] = part(Math.sqrt(n));
  K[found] = part(Math.cbrt(n));
  found += 1;
}

class Sha256 {
  constructor() { this.state = START.slice(); this.rest = new Uint8Array(0); this.length = 0; }

  add(bytes) {
    this.length += bytes.length;
    const joined = new Uint8Array(this.rest.length + bytes.length);
    joined.set(this.rest); joined.set(bytes, this.rest.length);
    const whole = joined.length - (joined.length % 64);
    this.blocks(joined, whole);
    this.rest = joined.slice(whole);
  }

  blocks(bytes, end) {
    const w = new Int32Array(64);
    const s = this.state;
    for (let at = 0; at < end; at += 64) {
      for (let i = 0; i < 16; i += 1) { const p = at + 4 * i; w[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3]; }
      for (let i = 16; i < 64; i += 1) {
        const x = w[i - 15]; const y = w[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = s;
      for (let i = 0; i < 64; i += 1) {
        const t1 = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const t2 = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      s[0] += a; s[1] += b; s[2] += c; s[3] += d; s[4] += e; s[5] += f; s[6] += g; s[7] += h;
    }
  }

  hex() {
    const bits = this.length * 8;
    const tail = new Uint8Array((this.rest.length < 56 ? 64 : 128));
    tail.set(this.rest); tail[this.rest.length] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(bits / 4294967296)); view.setUint32(tail.length - 4, bits >>> 0);
    this.blocks(tail, tail.length);
    return [...this.state].map((word) => word.toString(16).padStart(8, "0")).join("");
  }
}

async function digestOf(file) {
  const counted = new Sha256();
  for (let at = 0; at < file.size; at += 1048576) counted.add(new Uint8Array(await file.slice(at, at + 1048576).arrayBuffer()));
  return counted.hex();
}

// --- one file on its way

class Told extends Error {}
const sending = new Set();

async function ask(input, path, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": input.form.elements.csrf_token.value };
  const answer = await fetch(path, body === undefined ? { headers } : { method: "POST", body, headers, redirect: "manual" });
  const told = await answer.json().catch(() => ({}));
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Told("登录已过期，请在新窗口登录后再选一次这个文件，会接着传。");
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  if (!answer.ok) throw new Told(told.refusals?.[0]?.sentence ?? "没有传上去，请重新选择这个文件。");
  return told;
}

class Sending {
  constructor(input, file) {
    this.input = input; this.file = file;
    this.line = lineOf(input, file.name, "准备…");
    this.bar = make("progress", { max: file.size, value: 0 });
    this.bar.setAttribute("aria-label", `“${file.name}”的进度`);
    const leave = make("button", { type: "button", className: "btn btn-text btn-sm", textContent: "取消" });
    leave.addEventListener("click", () => this.leave());
    this.line.words.after(leave);
    this.line.row.append(this.bar);
    this.before = input.multiple ? [] : [...listOf(input).children]; // one file takes the place of the one before, once it is through
    for (const old of this.before) old.remove();
    listOf(input).append(this.line.row);
  }

  async leave() {
    this.left = true;
    sending.delete(this);
    this.line.row.replaceWith(...this.before);
    if (!this.told) return;
    forget(this.input, this.told.token);
    await ask(this.input, `${this.input.dataset.upload}/${this.told.token}/drop`, "").catch(() => {});
  }

  show(received) {
    this.bar.value = received;
    this.line.words.textContent = `${Math.floor((100 * received) / this.file.size)}%`;
  }

  // Until it is through or refused: what fails for want of a network is tried again, from where the platform has it.
  async go() {
    sending.add(this);
    try {
      const digest = await digestOf(this.file);
      for (let failures = 0; !this.left; failures += 1) {
        try { await this.send(digest, () => { failures = 0; }); break; } catch (problem) {
          if (problem instanceof Told) throw problem;
          this.line.words.textContent = "网络断了，恢复后接着传";
          const soon = wait(Math.min(30000, 1000 * 2 ** failures));
          await Promise.race([soon, new Promise((go) => { addEventListener("online", go, { once: true }); })]);
        }
      }
    } catch (problem) {
      if (this.told) forget(this.input, this.told.token);
      if (!this.left) this.refuse(problem instanceof Told ? problem.message : `文件“${this.file.name}”读不出来，请重新选择。`);
    } finally {
      sending.delete(this);
      settled();
    }
  }

  async send(digest, moved) {
    const { input, file } = this;
    const body = new URLSearchParams({ name: file.name, size: file.size, digest, sound: input.dataset.sound });
    this.told = await ask(input, input.dataset.upload, body);
    if (!this.told.done) remember(input, { token: this.told.token, name: file.name });
    while (!this.left && this.told.received < file.size) {
      this.show(this.told.received);
      const at = this.told.received;
      const told = await ask(input, `${input.dataset.upload}/${this.told.token}?offset=${at}`, file.slice(at, at + this.told.piece));
      if (told.received > at) moved();
      this.told = told;
    }
    if (this.left) return;
    this.show(file.size);
    this.line.words.textContent = "正在检查…";
    this.told = await ask(input, `${input.dataset.upload}/${this.told.token}/done`, "");
    if (this.left) return;
    remember(input, { token: this.told.token, name: this.told.name });
    came(input, this.told, this.line);
  }

  refuse(sentence) {
    const { row } = this.line;
    row.before(...this.before);
    row.replaceChildren(make("p", { className: "error", textContent: sentence }));
    row.setAttribute("role", "alert");
    row.dataset.refused = "";
  }
}

const listOf = (input) => input.closest(".field")?.querySelector("[data-sent]") ?? input.parentElement.querySelector("[data-sent]");

// A file's line, the same from the choice to the arrival and of one height: no button below moves away under a finger meanwhile.
function lineOf(input, name, told) {
  const box = make("input", { type: "checkbox", name: input.name, disabled: true });
  const words = make("span", { textContent: told });
  words.setAttribute("role", "status");
  return { box, words, row: make("li", {}, make("label", {}, box, ` ${name}`), make("span", { className: "size" }, words)) };
}

// A file that has come: ticked, and taken along by its form.
function came(input, told, { box, words, row }) {
  if (all("[data-sent] input[type=checkbox]", input.form).some((other) => other.name === input.name && other.value === told.token)) return row.remove();
  Object.assign(box, { value: told.token, checked: true, disabled: false });
  words.textContent = `已传好 ${sized(told.size)}`;
  for (const passing of all("progress, button", row)) passing.remove();
  input.form.dispatchEvent(new CustomEvent("came", { bubbles: true }));
  return undefined;
}

// --- forms that were sent while files were still on their way go when these are through

const waiting = new Map();

function settled() {
  for (const [form, pressed] of [...waiting]) {
    if ([...sending].some((one) => one.input.form === form)) continue;
    waiting.delete(form);
    form.querySelector("[data-uploading]")?.remove();
    if (!form.querySelector("[data-sent] [data-refused]")) form.requestSubmit(pressed ?? undefined);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (![...sending].some((one) => one.input.form === form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (waiting.has(form)) return;
  waiting.set(form, event.submitter);
  const note = make("p", { className: "notice warn", textContent: "文件还没有传完，传完会自动提交，请不要关闭页面。" });
  note.dataset.uploading = "";
  note.setAttribute("role", "status");
  form.append(note);
}, true);

function tooLarge(input, file) {
  const refused = make("li", {}, make("p", {
    className: "error",
    textContent: `文件“${file.name}”有 ${Math.round(file.size / 1048576)} MB，超过 ${Math.round(input.dataset.largest / 1048576)} MB 的上限，没有上传。${input.dataset.smaller}`,
  }));
  refused.dataset.refused = "";
  refused.setAttribute("role", "alert");
  return refused;
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file][data-largest]")) return;
  const list = listOf(input) ?? input.parentElement.appendChild(make("ul", { className: "files sent" }));
  list.dataset.sent ??= input.id;
  for (const old of all("[data-refused]", list)) old.remove();
  const files = [...input.files];
  for (const file of files.filter((one) => one.size > input.dataset.largest)) list.append(tooLarge(input, file));
  const good = files.filter((one) => one.size <= input.dataset.largest);
  if (!input.dataset.upload) { if (good.length < files.length) input.value = ""; return; }
  input.value = ""; // the form takes along what has come, not the file once more
  for (const file of input.multiple ? good : good.slice(0, 1)) new Sending(input, file).go();
});

addEventListener("beforeunload", (event) => { if (sending.size && !waiting.size) event.preventDefault(); });

// --- after a reload: what has come is there again, what was under way says where it stopped

async function again(input) {
  for (const one of store.get(keyOf(input))) {
    const told = await ask(input, `${input.dataset.upload}/${encodeURIComponent(one.token)}`).catch(() => null);
    if (!told) continue;
    if (told.gone || told.received === 0) forget(input, one.token);
    else if (told.done) {
      const line = lineOf(input, told.name, "");
      listOf(input).append(line.row);
      came(input, told, line);
    } else if (![...sending].some((other) => other.told?.token === told.token)) {
      const words = `“${told.name}”已传 ${Math.floor((100 * told.received) / told.size)}%，请再选一次这个文件，会接着传。`;
      listOf(input).append(make("li", {}, make("span", { textContent: words })));
      listOf(input).lastChild.dataset.refused = "";
    }
  }
}

for (const input of all("input[type=file][data-upload]")) again(input);
