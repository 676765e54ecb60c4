import {
  credentials,
  loadPackageDefinition,
  type Client,
  type ClientDuplexStream,
  type GrpcObject,
  type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { protoPath } from "../../simulator/registry/etcd/embedded/proto-path.ts";
import type { Scope } from "../../simulator/kernel/scope.ts";

/** A message as plain data. */
export type Message = Record<string, unknown>;

/** An answer, or the status that came instead. */
export type Outcome =
  | { readonly ok: true; readonly answer: Message }
  | { readonly ok: false; readonly code: number; readonly details: string };

const definition = loadSync(protoPath(), {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
});
const services = loadPackageDefinition(definition).etcdserverpb as GrpcObject;

/** A client of etcd's bare API: nothing is retried and nothing is interpreted. */
export class EtcdClient {
  readonly #clients = new Map<string, Client>();
  readonly #address: string;

  constructor(address: string, scope: Scope) {
    this.#address = address;
    scope.add(() => {
      for (const client of this.#clients.values()) client.close();
    });
  }

  /** Makes a call with one request and one answer, such as `KV.Range`. */
  call(method: string, request: Message): Promise<Outcome> {
    const [service = "", name = ""] = method.split(".");
    const client = this.#client(service);
    const path = `/etcdserverpb.${service}/${name}`;
    const { requestSerialize, responseDeserialize } = this.#method(service, name);
    return new Promise((resolve) => {
      const done = (error: ServiceError | null, answer?: unknown) => {
        if (error) resolve({ ok: false, code: error.code, details: error.details });
        else resolve({ ok: true, answer: answer as Message });
      };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, done);
    });
  }

  /** Opens a stream in both directions, such as `Watch.Watch`. */
  stream(method: string): ClientDuplexStream<Message, Message> {
    const [service = "", name = ""] = method.split(".");
    const { requestSerialize, responseDeserialize } = this.#method(service, name);
    return this.#client(service).makeBidiStreamRequest(
      `/etcdserverpb.${service}/${name}`,
      requestSerialize,
      responseDeserialize as (value: Buffer) => Message,
    );
  }

  #method(service: string, name: string) {
    const method = (services[service] as ServiceClientConstructor).service[name];
    if (!method) throw new Error(`etcd's API has no ${service}.${name}.`);
    return method;
  }

  #client(service: string): Client {
    const known = this.#clients.get(service);
    if (known) return known;
    const create = services[service] as ServiceClientConstructor;
    const client = new create(this.#address, credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
    });
    this.#clients.set(service, client);
    return client;
  }
}
