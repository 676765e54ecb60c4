interface Order {
  sku: string;
  quantity: number;
}

/**
 * Buys something: is it there, and can it be paid?
 * @example {"sku": "apple", "quantity": 1}
 */
export async function checkout(event: Order, context: FuseboardContext) {
  const { sku, quantity } = event;
  const stock = await context.call<{ available: boolean; price: number }>("inventory", event);
  if (!stock.available) return { order: "sold out", sku };

  const total = stock.price * quantity;
  const payment = await context.call<{ status: string }>("payments", { amount: total });
  context.log(`${quantity} ${sku} for ${total}: ${payment.status}`);

  // "queued" comes from the fallback in fuseboard.yaml, when payments could not answer.
  return { order: "accepted", sku, quantity, total, payment: payment.status };
}
