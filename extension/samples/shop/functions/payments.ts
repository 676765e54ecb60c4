/** Shares of the calls that fail and that dawdle. Change them and save: the cluster follows. */
const FAILING = 0.1;
const DAWDLING = 0.1;

/**
 * Charges a card, by way of a bank that is not very reliable.
 * @example {"amount": 2}
 */
export async function payments(event: { amount: number }, context: FuseboardContext) {
  await pause(Math.random() < DAWDLING ? 2000 : 20, context.signal);
  if (Math.random() < FAILING) throw new Error("The bank did not answer.");

  // Nothing was charged until here, so an attempt that was given up can be repeated.
  context.signal.throwIfAborted();
  return { status: "paid", amount: event.amount, by: context.instance };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
