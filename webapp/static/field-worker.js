// Without a network, the pages for recording an activity open from this device; nothing else is kept or answered here.

const PAGE = /^\/activity\/\d+\/record$/;
const kept = async (request) => {
  for (const name of await caches.keys()) {
    if (!name.startsWith("field:")) continue;
    const found = await (await caches.open(name)).match(request, { ignoreVary: true, ignoreSearch: true });
    if (found) return found;
  }
  return undefined;
};

// What stands for a page that is not kept: that there is no network, and what can be written meanwhile.
async function nothing() {
  const lines = [];
  let look = "";
  for (const name of (await caches.keys()).filter((one) => one.startsWith("field:"))) {
    for (const request of await (await caches.open(name)).keys()) {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith(".css")) look += `<link rel="stylesheet" href="${pathname}">`;
      if (!PAGE.test(pathname)) continue;
      const page = await (await kept(request)).text();
      const title = /<title>([^<]*)<\/title>/.exec(page)?.[1] ?? pathname;
      lines.push(`<li><a href="${pathname}">${title}</a></li>`);
    }
  }
  const body = `<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="utf-8"><title>没有网络</title><meta name="viewport" content="width=device-width, initial-scale=1">${look}</head>
<body class="public"><main class="sheet"><h1>现在没有网络</h1>${lines.length ? `<p>这几项活动已存在这台设备上，可以先记录，有网络时再发送：</p><ul class="lines">${lines.join("")}</ul>` : "<p>请连上网络后再打开。</p>"}</main></body></html>`;
  return new Response(body, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'" } });
}

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (PAGE.test(new URL(request.url).pathname) && await kept(request)) || nothing();
  }
}

const asset = async (request) => (await kept(request)) ?? fetch(request);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(request));
});
