// Keeps every [data-live] region up to date from its server-sent events. Without it the page is right when loaded.
"use strict";

// A link's place among the links to the same address: the focus goes back to the same one after a change.
const alike = (region, href) => [...region.querySelectorAll("a[href]")].filter((link) => link.getAttribute("href") === href);

function replace(region, html) {
  const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const place = focused === null ? -1 : alike(region, focused).indexOf(document.activeElement);
  const open = new Set([...region.querySelectorAll("details[open] > summary")].map((each) => each.textContent));
  region.innerHTML = html;
  for (const each of region.querySelectorAll("details > summary")) each.parentElement.open = open.has(each.textContent);
  if (place >= 0) alike(region, focused)[place]?.focus();
}

for (const region of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(region.dataset.live);
  source.addEventListener("view", (event) => replace(region, event.data));
  window.addEventListener("pagehide", () => source.close());
}
