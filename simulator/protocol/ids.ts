import { z } from "zod";

export const InstanceId = z.string().min(1).describe("`<service>-<ordinal>`, such as checkout-1");
export const CallId = z.string().regex(/^[0-9a-f]{16}$/);
