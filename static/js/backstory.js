// Small helps. Every page works without them; the server checks everything again.
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
const made = (tag, given) => Object.assign(document.createElement(tag), given);
const KEEP = { "X-Keep-Page": "1" }, SLOW = 10_000, TOO_LONG = 60_000;

// "None of these" clears the other boxes, and the other boxes clear it.
document.addEventListener("change", ({ target: box }) => {
  if (box.type !== "checkbox" || !box.checked || !box.form) return;
  for (const other of box.form.querySelectorAll(`input[name="${CSS.escape(box.name)}"]`)) {
    const apart = [other, box].some((each) => each.dataset.beside !== undefined);
    if (other !== box && !apart && (other.dataset.only ?? box.dataset.only) !== undefined) other.checked = false;
  }
});

// ---- a page that is sent stays, with what was typed, until the clinic has it ----
const main = () => document.querySelector("main");
// Our headers let text become elements here and nowhere else.
const policy = globalThis.trustedTypes?.createPolicy("clinic-page", { createHTML: (html) => html });
const parsed = (html) => new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
const typed = (form) => new URLSearchParams(new FormData(form)).toString();
const asked = () => document.getElementById("page");
const note = made("p");
// `saved`: what stands in the boxes as far as the clinic has it; `onTheWay`: a page being sent; `failed`: the last one was not.
let saved, onTheWay, failed, leaving;

const tell = (button, kind, before = "") => {
  const calm = kind === "saving" || kind === "slow";
  note.className = calm ? "field__hint" : "field__error";
  note.role = calm ? "status" : "alert";
  note.textContent = before + main().dataset[kind];
  button.after(note);
  note.scrollIntoView({ block: "nearest" });
};

// Another page of the clinic in place of this one: what was wrong, with everything that was typed.
const show = (page, address) => {
  document.title = page.title;
  for (const form of page.querySelectorAll("form:not([action])")) form.action = address;
  main().replaceWith(document.adoptNode(page.querySelector("main")));
  arrange();
};

const send = async (form, button) => {
  if (onTheWay && Date.now() - onTheWay.since < SLOW) return;
  onTheWay?.cut.abort();
  const mine = onTheWay = { since: Date.now(), cut: new AbortController() };
  // Enter presses the first button, which nobody sees.
  const at = !button || button.ariaHidden ? form.querySelector(".button") : button.closest("nav") ?? button;
  const body = new URLSearchParams(new FormData(form)), now = asked() && typed(asked());
  if (button?.name) body.append(button.name, button.value);
  tell(at, "saving");
  const timers = [setTimeout(() => tell(at, "slow"), SLOW), setTimeout(() => mine.cut.abort(), TOO_LONG)];
  const fail = (kind, before) => { failed = true; tell(at, kind, before); };
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: KEEP, signal: mine.cut.signal });
    const onward = answer.headers.get("X-Onward") ?? (answer.redirected ? answer.url : null);
    if (onward && answer.status < 400) {
      [saved, failed, leaving] = [now, false, true];
      const to = new URL(onward, location);
      if (to.pathname + to.search === location.pathname + location.search) location.reload();
      else location.assign(to);
      return;
    }
    const page = parsed(answer.status < 500 ? await answer.text() : "");
    // A page of somebody else (a proxy, a hotel's network), or one that would not hold what was typed, replaces nothing.
    if (page.querySelector("main#main :is([name=csrf_token], #typed)")) {
      failed = false;
      show(page, form.action);
      scrollTo(0, 0);
      const first = ["[autofocus]", "[role=alert]", "h1"].map((each) => main().querySelector(each)).find(Boolean);
      first.tabIndex = -1;
      first.focus();
    } else {
      const heading = page.querySelector("main#main h1")?.textContent;
      fail("refused", heading ? `${heading}. ` : "");
    }
  } catch {
    if (mine === onTheWay) fail(navigator.onLine ? "unreached" : "offline");
  }
  timers.forEach(clearTimeout);
  if (mine === onTheWay) onTheWay = null;
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (main().dataset.saving && main().contains(form) && form.dataset.plain === undefined && "submitter" in event) {
    event.preventDefault();
    send(form, event.submitter);
    return;
  }
  // A second press within two seconds sends nothing twice.
  if (Date.now() - (form.dataset.sent ?? 0) < 2000) event.preventDefault();
  form.dataset.sent = Date.now();
  leaving = true;
});

// Whoever leaves a page by the browser's own ways (back, reload, a link) keeps what can be read of it, as with Back.
const keep = () => {
  const form = asked();
  if (!form || leaving || typed(form) === saved) return;
  saved = typed(form);
  fetch(form.action, { method: "POST", body: new URLSearchParams(`${saved}&draft=1`), headers: KEEP, keepalive: true }).catch(() => null);
};
let link = 0;
document.addEventListener("click", ({ target }) => { if (target.closest("a[href]")) link = Date.now(); });
addEventListener("beforeunload", (event) => {
  // What could not be saved is asked about; a call for help never is.
  if ((failed || main().querySelector("[aria-invalid]")) && !leaving && Date.now() - link > 1000) event.preventDefault();
  keep();
});
addEventListener("pagehide", keep);

// A page that was loaded again while it was being kept may be older than what was kept.
if (performance.getEntriesByType("navigation")[0]?.type === "reload" && asked()) setTimeout(async () => {
  const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" }).catch(() => null);
  const page = answer?.ok && parsed(await answer.text());
  const seen = (place) => place.querySelector("#page [name=seen]")?.value;
  if (page && seen(page) && seen(page) !== seen(document) && typed(asked()) === saved && !onTheWay) show(page, asked().action);
}, 500);

const arrange = () => {
  const form = asked();
  // What was refused is not with the clinic; what another window saved is left to the patient to replace.
  saved = form && !main().querySelector(".message-problem") ? typed(form) : null;

  // How many letters are left, spoken when the typing pauses. The server's limit decides.
  each("textarea[data-max]", (box) => {
    const left = document.getElementById(`${box.id}-left`);
    let wait;
    const say = () => {
      const room = box.dataset.max - box.value.trim().length;
      const words = room < 0 ? left.dataset.over : left.dataset.left;
      left.textContent = room > box.dataset.max / 4 ? "" : words.replace("{n}", Math.abs(room));
      left.classList.toggle("field__error", room < 0);
    };
    box.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(say, 600); });
    say();
  });
};
arrange();

each("[data-print]", (place) => {
  const button = made("button", { type: "button", className: "button-calm", textContent: place.dataset.print });
  button.addEventListener("click", () => print());
  place.append(button);
});

// A page that the browser kept in memory is looked up again once its session is over (shared phones).
addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  onTheWay = leaving = null;
  note.remove();
  const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer?.type === "opaqueredirect") location.reload();
});
