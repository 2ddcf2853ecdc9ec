// While one writes: public needs of the community that look alike. Only a hint, nothing depends on it.

const place = document.querySelector("[data-alike]");
const form = place?.closest("form");
const box = form?.elements.words;
let timer, asked, last = "";

const make = (name, words, more = {}) => Object.assign(document.createElement(name), { textContent: words, ...more });

function show(rows) {
  if (!rows.length) return place.replaceChildren();
  const list = make("ul", "", { className: "plain" });
  for (const row of rows) {
    const item = make("li", "");
    // in a window of its own: what is written here stays
    item.append(make("a", row.title, { href: row.href, target: "_blank", className: "alone" }), " ", make("span", row.state_label, { className: "tag" }));
    list.append(item);
  }
  place.replaceChildren(
    make("p", "有人反映过差不多的事：", { className: "mb-0" }), list,
    make("p", "是同一件事，打开后按“我也有同样需求”就行，不用再写。", { className: "small quiet" }),
  );
}

async function ask() {
  const words = box.value.trim();
  if (words === last) return;
  last = words;
  asked?.abort();
  if (words.length < 4) return show([]);
  asked = new AbortController();
  const body = new FormData();
  body.set("words", words);
  body.set("area_code", form.elements.area_code?.value ?? "");
  const headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value };
  try {
    const answer = await fetch(place.dataset.alike, { method: "POST", body, headers, signal: asked.signal, redirect: "manual" });
    if (answer.ok) show((await answer.json()).rows);
  } catch { /* no network, or newer words */ }
}

box?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 800); });
