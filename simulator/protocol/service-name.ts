import { z } from "zod";

/** A name that is safe in a URL path, an etcd key and a tree: `checkout`, `pay-v2`. */
export const ServiceName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/i,
    "Expected a service name that starts with a letter, of at most 63 letters, digits and dashes.",
  )
  .describe("Name of the service; callers reach it at `POST /<name>` of the gateway.");
