// Waiting is waiting for a condition, with a deadline.

const POLL_MS = 50;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The first truthy value of `condition()`; an error that says `what()` when there was none before the deadline.
export async function eventually(condition, { what = () => String(condition), deadline = 30_000 } = {}) {
  for (const end = Date.now() + deadline; ; await pause(POLL_MS)) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${deadline} ms: ${what()}`);
  }
}
