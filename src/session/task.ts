/** Runs `run` in a task of its own, soon, also in a hidden tab (where timers are slowed to one a second). */
export function postTask(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(null);
}
