// Holds pages against WCAG 2 AA with pa11y: reads {"url", "cookie"} line by line, answers each with the list of errors.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import process from "node:process";

// The packages lie where the command was started, not beside this file.
const load = createRequire(`${process.cwd()}/`);
const pa11y = load("pa11y"), puppeteer = load("puppeteer");
const { executable_path: executablePath, args } = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({ ...(executablePath && { executablePath }), args });
// Its list of what a box for an e-mail address may be completed with lacks "username", which password managers need.
const ignore = ["WCAG2AA.Principle1.Guideline1_3.1_3_5.H98"];
const viewport = { width: 390, height: 844 };
for await (const line of createInterface({ input: process.stdin })) {
  const { url, cookie } = JSON.parse(line);
  const { issues } = await pa11y(url, { browser, viewport, headers: { Cookie: cookie }, standard: "WCAG2AA", ignore, timeout: 60_000 });
  console.log(JSON.stringify(issues.map(({ code, selector, context }) => `${code} ${selector} ${context}`)));
}
await browser.close();
