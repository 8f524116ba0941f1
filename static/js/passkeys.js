// Passkeys: the button asks the clinic what is to be signed, the browser asks the person, the form is sent with the answer.
// Every page that has one offers another way, and works without this script.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const each = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

// Why passkeys cannot be used here, as the name of the words that say so; nothing when they can.
export const hindrance = () => {
  if (/^(\d+\.){3}\d+$|^\[/.test(location.hostname)) return "number";
  return window.PublicKeyCredential && navigator.credentials ? null : "cannot";
};

const answered = ({ id, rawId, type, response }) => {
  const given = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].filter((name) => response[name]);
  const parts = Object.fromEntries(given.map((name) => [name, text(response[name])]));
  return JSON.stringify({ id, rawId: text(rawId), type, response: parts });
};

// The answer of a passkey to a question, both as JSON.
export const use = async (question) => answered(await navigator.credentials.get({ publicKey:
  { ...question, challenge: bytes(question.challenge), allowCredentials: each(question.allowCredentials) } }));
export const make = async (question) => answered(await navigator.credentials.create({ publicKey:
  { ...question, challenge: bytes(question.challenge), user: { ...question.user, id: bytes(question.user.id) }, excludeCredentials: each(question.excludeCredentials) } }));

// What is to be signed: the words that say why there is none are in `refused`.
export const ask = async (address, wanted, token) => {
  const body = new URLSearchParams({ csrf_token: token, for: wanted });
  const answer = await fetch(address, { method: "POST", body, cache: "no-store", redirect: "manual" });
  return answer.status === 200 ? answer.json() : { refused: answer.status === 429 ? "wait" : "failed" };
};

for (const place of document.querySelectorAll("[data-passkey]")) {
  const { dataset: given } = place, form = place.closest("form"), button = place.querySelector("button");
  const said = Object.assign(document.createElement("p"), { className: "field__error" });
  said.setAttribute("role", "alert");
  place.hidden = false;
  const hindered = hindrance();
  if (hindered) {
    button.remove();
    place.append(Object.assign(document.createElement("p"), { className: "field__hint", textContent: given[hindered] }));
    continue;
  }
  place.append(said);
  button.addEventListener("click", async () => {
    said.textContent = "";
    try {
      const question = given.new ? JSON.parse(given.new) : await ask(given.question, given.for, form.elements.csrf_token.value);
      if (question.refused) {
        said.textContent = given[question.refused];
        return;
      }
      const value = await (given.new ? make : use)(question);
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: given.passkey, value }));
      form.submit();
    } catch {
      said.textContent = given.failed;
    }
  });
}
