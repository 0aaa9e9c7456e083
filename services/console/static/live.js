// Keeps every [data-live] region up to date from its server-sent events. Without it the page is right when loaded.
"use strict";
for (const region of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(region.dataset.live);
  source.addEventListener("view", (event) => {
    const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    region.innerHTML = event.data;
    region.dataset.at = event.lastEventId;
    if (focused !== null) {
      const again = [...region.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === focused);
      if (again) again.focus();
    }
  });
  window.addEventListener("pagehide", () => source.close());
}
