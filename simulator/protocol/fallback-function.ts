/** The service that runs a service's fallback function, beside it. */
export function fallbackFunctionOf(service: string): string {
  return `${service}-fallback`;
}
