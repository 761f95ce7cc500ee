// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import * as sessiond from "sessiond";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const facts = JSON.parse(readFileSync(path.join(FOLDER, "package.json"), "utf8"));

const USE = `
import { Client, Secret, SessiondError, type Change, type Status } from "sessiond";
const client = new Client({ socket: "/tmp/s", timeoutSeconds: 5, client: "till/1" });
export async function main(signal: AbortSignal): Promise<void> {
  const status: Status = await client.status({ signal });
  const { token } = await client.retrieveToken({ minimumValiditySeconds: 60, timeoutSeconds: 3 });
  const text: string = token.value;
  const { condition, session } = await client.signIn({ email: "a" }, new Secret("x"), { conditional: true });
  const after: Status = await client.signIn({ customID: "a" }, "x", { authID: "u", signal });
  // @ts-expect-error a slip of the pen
  await client.retrieveToken({ minimumValidity: 3 });
  // @ts-expect-error a token is no string
  const wrong: string = token;
  // @ts-expect-error an account has one name
  await client.signIn({}, "x");
  for await (const change of client.changes({ signal })) {
    const each: Change = change;
    if (each.isOtherCustomer) break;
    if (each.cause === "interrupted") throw each.error;
  }
  try {
    await client.touch();
  } catch (error) {
    if (error instanceof SessiondError && error.retryable) console.log(error.retryAfterSeconds, error.data["member"]);
  }
  void [status, text, condition, session, after, wrong];
}
`;

test("types are what strict programs need", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "sd-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(FOLDER, path.join(folder, "node_modules", "sessiond"));
  writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(path.join(folder, "use.ts"), USE);
  const compilerOptions = {
    strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true, noEmit: true, target: "es2022",
    lib: ["es2022", "dom"], module: "node16", moduleResolution: "node16", types: [],
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
  const done = spawnSync("tsc", ["-p", folder], { encoding: "utf8" });
  assert.deepEqual([done.error, done.stdout, done.status], [undefined, "", 0]);
});

test("types and program have the same names", () => {
  const types = readFileSync(path.join(FOLDER, "index.d.ts"), "utf8");
  const classes = [...types.matchAll(/^export class (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(Object.keys(sessiond), classes.sort());
  const described = types.slice(types.indexOf("export class Client"));
  const methods = new Set([...described.matchAll(/^ {4}(\w+)\(/gm)].map(([, name]) => name));
  assert.deepEqual(Object.getOwnPropertyNames(sessiond.Client.prototype).filter((name) => name !== "socket").sort(),
    [...methods].sort(), "name each function in client.js and in index.d.ts");
});

test("it has every method of the protocol", () => {
  const schema = JSON.parse(readFileSync(path.join(FOLDER, "../../Protocol/sessiond.schema.json"), "utf8"));
  // A watch is changes(), and which origins are listed is the affair of what serves pages.
  const names = Object.keys(schema["x-methods"]).filter((name) => !["session.watch", "daemon.origins"].includes(name));
  const readme = readFileSync(path.join(FOLDER, "README.md"), "utf8");
  for (const name of names) {
    const method = name.split(".")[1];
    assert.equal(typeof sessiond.Client.prototype[method], "function",
      `${name} has no function: write one in client.js, and its type in index.d.ts`);
    assert.ok(readme.includes(`\`${method}(`), `README.md says nothing of ${method}(): add its row`);
  }
});

test("the package is of the version of sessiond, and has what it needs and nothing else", () => {
  const product = readFileSync(path.join(FOLDER, "../../Sources/Session/SessionProtocol/Product.swift"), "utf8");
  const version = /version = "(.*)"/.exec(product)[1];
  assert.equal(facts.version, version);
  assert.ok(readFileSync(path.join(FOLDER, "client.js"), "utf8").includes(`sessiond-javascript/${version}`));
  assert.deepEqual([facts.dependencies, facts.devDependencies], [undefined, undefined]);
  const programs = readdirSync(FOLDER).filter((name) => /\.(js|d\.ts)$/.test(name));
  for (const name of programs) {
    const text = readFileSync(path.join(FOLDER, name), "utf8");
    assert.ok(text.startsWith("// SPDX-License-Identifier: Apache-2.0\n"), name);
    for (const [, from] of text.matchAll(/^(?:import|export) [^;]*from "([^"]+)";/gm)) {
      assert.match(from, /^(\.\/[a-z]+\.js|node:(net|fs|os))$/, name);
    }
    for (const [number, line] of text.split("\n").entries()) assert.ok(line.length <= 120, `${name}:${number + 1}`);
  }
  // Besides what npm takes by itself.
  assert.deepEqual(facts.files, ["*.js", "*.d.ts"]);
});
