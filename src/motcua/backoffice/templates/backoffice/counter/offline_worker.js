/* Keeps the counter's page for the hours without network. It keeps nothing that a person has entered. */
"use strict";
const FILES = {{ files|tojson }};
const PAGE = {{ page|tojson }};
const NAME = "counter-" + FILES.join("|").split("").reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    await cache.addAll(FILES);
    await keep(cache, await fetch(PAGE, { credentials: "same-origin" }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("counter-") && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  })());
});

// A page to sign in on is not the counter's page: only the page itself is kept.
const keep = async (cache, answer) => {
  if (answer.ok && !answer.redirected) await cache.put(PAGE, answer.clone());
  return answer;
};

const page = async (request) => {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    if (answer.status < 500) return keep(cache, answer);
  } catch { /* No line: what was kept is shown. */ }
  return (await cache.match(PAGE)) || Response.error();
};

const file = async (request) => (await caches.match(request)) || fetch(request);

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname === PAGE) event.respondWith(page(event.request));
  else if (FILES.includes(address.pathname)) event.respondWith(file(event.request));
});
