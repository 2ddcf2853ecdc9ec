// Following a meeting: a stream says that something changed, then the page is fetched anew; cut off, it asks every 3 seconds.

const EVERY = 3000, AGAIN = 30000;
const ahead = document.documentElement.dataset.now ? Date.parse(document.documentElement.dataset.now) - Date.now() : 0;
const place = document.querySelector("[data-live]");
let asking = 0, refreshing = false, wanted = 0, stream;

function say(words) {
  const state = document.querySelector("[data-link-state]");
  if (state) state.textContent = words ? ` · ${words}` : "";
}

async function refresh(turn) {
  wanted = Math.max(wanted, turn);
  if (refreshing) return;
  refreshing = true;
  try {
    while (Number(place.dataset.live) < wanted) {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
      place.replaceChildren(...fresh.childNodes);
      place.dataset.live = fresh.dataset.live;
      tick();
    }
  } finally { refreshing = false; }
}

async function ask() {
  try {
    const answer = await fetch(place.dataset.liveTurn, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    await refresh((await answer.json()).turn);
    say("");
  } catch { say("网络断开，正在重连"); }
}

function poll(on) {
  if (on && !asking) { asking = setInterval(ask, EVERY); ask(); }
  if (!on && asking) { clearInterval(asking); asking = 0; }
}

function listen() {
  stream?.close();
  stream = new EventSource(place.dataset.liveEvents);
  stream.addEventListener("open", () => { poll(false); say(""); });
  stream.addEventListener("turn", (event) => refresh(Number(event.data)).catch(() => poll(true)));
  stream.addEventListener("error", () => {
    poll(true);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
  });
}

function tick() {
  for (const time of document.querySelectorAll("[data-until]")) {
    const left = Math.round((Date.parse(time.dataset.until) - Date.now() - ahead) / 1000);
    const size = Math.abs(left);
    time.textContent = `${left < 0 ? "超时 " : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
    time.classList.toggle("over", left < 0);
  }
}

if (place) {
  wanted = Number(place.dataset.live);
  listen();
  tick();
  setInterval(tick, 500);
  addEventListener("online", () => { poll(true); listen(); });
  addEventListener("pagehide", () => stream?.close());
}

// The page of the code: a new one when this one was used or is nearly over.
const again = document.querySelector("form[data-again]");
if (again) {
  const began = Date.now();
  setInterval(async () => {
    try {
      const answer = await fetch(again.dataset.again, { headers: { Accept: "application/json" }, redirect: "error" });
      const used = (await answer.json()).turn !== Number(again.dataset.againTurn);
      if (used || Date.now() - began > Number(again.dataset.againSeconds) * 1000) again.requestSubmit();
    } catch { /* asked again in 3 seconds */ }
  }, EVERY);
}
