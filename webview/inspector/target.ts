/** What a fault is injected into: one instance, or all of a service. */
export type Target = { readonly service: string } | { readonly instance: string };
