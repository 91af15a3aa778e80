// A whole Inkwell of real processes on free ports of the loopback interface: PostgreSQL, clerk-emulator, the two services, gateway.

import { execFileSync, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.mjs";

const PUBLISHABLE_KEY = "pk_test_Y2xlcmsubG9jYWxob3N0JA"; // names the host clerk.localhost
const SECRET_KEY = "sk_test_browser_tests_only_not_a_secret";
const START_DEADLINE_MS = 60_000;

// Below the ports that Linux gives to outgoing connections, and no port twice: it has to stay free until the program listens, and
// while it starts again.
const given = new Set();

async function freePort() {
  const [first] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/).map(Number);
  for (;;) {
    const port = randomInt(10_000, Math.max(first, 20_000));
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (!isFree || given.has(port)) continue;
    given.add(port);
    return port;
  }
}

function newestPostgres() {
  const root = "/usr/lib/postgresql";
  const [version] = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return join(root, version, "bin");
}

// PostgreSQL refuses to run as root.
function postgresUser() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

class Program {
  #child;
  #output = "";
  #exit;

  constructor(command, args, { env = {}, ...options } = {}) {
    this.#child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "pipe"], ...options });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on("data", (data) => (this.#output += data));
    this.#exit = new Promise((resolve) => this.#child.on("exit", resolve));
  }

  get output() {
    return this.#output;
  }

  get hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async stop(signal = "SIGTERM") {
    if (!this.hasEnded) this.#child.kill(signal);
    await this.#exit;
  }
}

export class Stack {
  #directory = mkdtempSync(join(tmpdir(), "inkwell-browser-"));
  #programs = new Map();
  #environments;

  // Settings of a program over the usual ones: {gateway: {NAME: "value"}}.
  static async start(settings = {}) {
    const stack = new Stack();
    try {
      await stack.#start(settings);
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  get origin() {
    return this.#environments.gateway.origin;
  }

  get emulator() {
    return this.#environments["clerk-emulator"].origin;
  }

  // The first column of the first row of the database's answer, as superuser.
  sql(statement) {
    return execFileSync("psql", ["-h", this.#directory, "-U", "postgres", "-d", "inkwell", "-Atqc", statement], { encoding: "utf8" }).trim();
  }

  // A call of the Backend API. The answer's JSON.
  async backend(method, path, body) {
    const response = await fetch(`${this.emulator}/v1/${path}`, {
      method,
      headers: { Authorization: `Bearer ${SECRET_KEY}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  // A call of the emulator's control API.
  async control(path, body = {}) {
    const response = await fetch(`${this.emulator}/_emulator/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json().catch(() => ({}));
  }

  async end(name) {
    await this.#programs.get(name).stop();
  }

  async begin(name) {
    const { env, ready } = this.#environments[name];
    const program = new Program(join(this.#bin(), name), [], { env: { LOG_LEVEL: "warn", ...env } });
    this.#programs.set(name, program);
    await eventually(
      async () => {
        if (program.hasEnded) throw new Error(`${name} ended:\n${program.output}`);
        return (await fetch(ready).catch(() => null))?.ok;
      },
      { what: () => `${name} is not ready:\n${program.output}`, deadline: START_DEADLINE_MS },
    );
  }

  async restart(name) {
    await this.end(name);
    await this.begin(name);
  }

  async stop() {
    for (const name of ["gateway", "posts-service", "user-sync-service", "clerk-emulator"]) await this.#programs.get(name)?.stop();
    await this.#programs.get("postgres")?.stop("SIGQUIT");
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #bin() {
    const bin = process.env.INKWELL_BIN;
    if (!bin || !existsSync(join(bin, "gateway"))) throw new Error("INKWELL_BIN must name the directory of the built programs");
    return bin;
  }

  async #startPostgres() {
    const bin = newestPostgres();
    const options = { ...postgresUser(), cwd: "/" };
    if (options.uid) chownSync(this.#directory, options.uid, options.gid);
    const data = join(this.#directory, "data");
    execFileSync(join(bin, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"], { ...options, stdio: "pipe" });
    const settings = { listen_addresses: "", unix_socket_directories: this.#directory, fsync: "off" };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const postgres = new Program(join(bin, "postgres"), ["-D", data, ...args], options);
    this.#programs.set("postgres", postgres);
    const accepts = () => {
      try {
        execFileSync(join(bin, "pg_isready"), ["-q", "-h", this.#directory]);
        return true;
      } catch {
        return false;
      }
    };
    await eventually(accepts, { what: () => `PostgreSQL does not start:\n${postgres.output}`, deadline: START_DEADLINE_MS });
    execFileSync("createdb", ["-h", this.#directory, "-U", "postgres", "inkwell"]);
  }

  async #start(settings) {
    await this.#startPostgres();
    const [gateway, gatewayAdmin, usersAdmin, postsAdmin, emulator] = await Promise.all(Array.from({ length: 5 }, freePort));
    const at = (port) => `127.0.0.1:${port}`;
    const origin = `http://localhost:${gateway}`;
    const database = `postgresql:///inkwell?host=${this.#directory}&user=postgres`;
    const users = `unix:${join(this.#directory, "users.sock")}`;
    const posts = `unix:${join(this.#directory, "posts.sock")}`;
    const webhookSecret = `whsec_${randomBytes(24).toString("base64")}`;
    this.#environments = {
      "clerk-emulator": {
        origin: `http://${at(emulator)}`,
        ready: `http://${at(emulator)}/.well-known/jwks.json`,
        env: {
          EMULATOR_LISTEN: at(emulator),
          EMULATOR_DATA_DIR: join(this.#directory, "clerk-emulator"),
          EMULATOR_SECRET_KEY: SECRET_KEY,
          EMULATOR_WEBHOOK_URL: `http://${at(gateway)}/api/webhooks/clerk`,
          EMULATOR_WEBHOOK_SECRET: webhookSecret,
          EMULATOR_WEBHOOK_RETRY_SCHEDULE: "200ms,500ms,1s,1s,1s,1s,1s,1s",
          EMULATOR_ALLOWED_ORIGINS: origin,
          EMULATOR_AUTHORIZED_PARTY: origin,
          EMULATOR_CLERK_JS_DIR: process.env.INKWELL_CLERK_JS ?? "",
        },
      },
      "user-sync-service": {
        ready: `http://${at(usersAdmin)}/readyz`,
        env: {
          USERS_LISTEN: users,
          USERS_ADMIN_LISTEN: at(usersAdmin),
          USERS_DATABASE_URL: database,
          CLERK_SECRET_KEY: SECRET_KEY,
          CLERK_API_URL: `http://${at(emulator)}`,
        },
      },
      "posts-service": {
        ready: `http://${at(postsAdmin)}/readyz`,
        env: { POSTS_LISTEN: posts, POSTS_ADMIN_LISTEN: at(postsAdmin), POSTS_DATABASE_URL: database, USERS_TARGET: users },
      },
      gateway: {
        origin,
        ready: `http://${at(gateway)}/readyz`,
        env: {
          GATEWAY_LISTEN: at(gateway),
          GATEWAY_ADMIN_LISTEN: at(gatewayAdmin),
          USERS_TARGET: users,
          POSTS_TARGET: posts,
          CLERK_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
          CLERK_FAPI_URL: `http://${at(emulator)}`,
          CLERK_AUTHORIZED_PARTIES: origin,
          CLERK_WEBHOOK_SIGNING_SECRET: webhookSecret,
        },
      },
    };
    for (const [name, { env }] of Object.entries(this.#environments)) {
      Object.assign(env, settings[name]);
      await this.begin(name);
    }
  }
}
