// A tablet of the clinic, or the desk while staff fill in for a patient: a page that nobody touches is cleared, here first and then on the server.
const box = document.querySelector("dialog[data-quiet]");
const limit = Number(box.dataset.quiet) * 1000, warning = 20_000;
let used = Date.now(), told = used, cleared = false;

const use = () => {
  used = Date.now();
  if (box.open) box.close();
  // Somebody who writes for long is still here, though no page is fetched.
  if (used - told < 20_000) return;
  told = used;
  fetch(box.dataset.here, { cache: "no-store", redirect: "manual" }).catch(() => null);
};
for (const sign of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(sign, use, { passive: true });
box.querySelector("[data-stay]").addEventListener("click", use);

const clear = async () => {
  if (cleared) return;
  cleared = true;
  document.querySelector("main").replaceChildren();
  const out = box.querySelector("form");
  const body = new URLSearchParams(new FormData(out));
  if (box.open) box.close();
  try { await fetch(out.action, { method: "POST", body, redirect: "manual" }); } catch { /* the server ends it by itself */ }
  location.replace(box.dataset.out);
};
// The page that waits for a code has nothing to clear until somebody types.
const typed = () => [...document.querySelectorAll("main input:not([type=hidden])")].some((each) => each.value);
setInterval(() => {
  if (box.dataset.resting !== undefined && !typed()) used = Date.now();
  const left = limit - (Date.now() - used);
  if (left <= 0) clear();
  else if (left <= warning && !box.open) box.showModal();
}, 1000);
