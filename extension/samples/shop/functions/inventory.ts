const shelf: Record<string, { left: number; price: number }> = {
  apple: { left: 120, price: 2 },
  pear: { left: 40, price: 3 },
  truffle: { left: 0, price: 90 },
};

/**
 * Looks up what is on the shelf. It is quick, and it changes nothing.
 * @example {"sku": "apple", "quantity": 1}
 */
export function inventory(event: { sku: string; quantity: number }) {
  const item = shelf[event.sku];
  if (!item) return { available: false, price: 0 };
  return { available: item.left >= event.quantity, price: item.price };
}
