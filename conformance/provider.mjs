// A real OpenID Connect provider for `conformance/sso.py`: its settings come as JSON in the first argument, and what
// changes about its people as lines of JSON. Its own pages ask for any name and any password.
import { createInterface } from "node:readline";
import { generateKeyPairSync, randomBytes } from "node:crypto";

import Provider from "oidc-provider";

const { port, client, keys: number } = JSON.parse(process.argv[2]);
let { people } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const fresh = (kid) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
};
const provider = new Provider(issuer, {
  clients: [client],
  claims: { openid: ["sub", "groups"], email: ["email", "email_verified"], profile: ["name"] },
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  jwks: { keys: [fresh(`key-${number}`)] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  pkce: { required: () => true },
  // Without its own guard, which calls no address of this computer: the clinic is on it.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
});
provider.on("server_error", (_, problem) => console.error(problem));
provider.on("backchannel.error", (_, problem) => console.error(problem));
createInterface({ input: process.stdin }).on("line", (line) => {
  people = JSON.parse(line);
  console.log("people");
}).on("close", () => process.exit());
provider.listen(port, "127.0.0.1", () => console.log("listening"));
