/** Envoy's limit: a host below mean − factor × standard deviation stands out. All in percent. */
export function successRateThreshold(rates: readonly number[], factor: number): number {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  return mean - factor * Math.sqrt(variance);
}

/** Whether the failures reach a share, both in percent. */
export function isOverPercentage(successRate: number, threshold: number): boolean {
  return 100 - successRate >= threshold;
}
