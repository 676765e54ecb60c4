import { cInt } from "./numbers.ts";

/** An address of a server after reading. */
export interface ServerAddress {
  readonly host: string;
  /** 0 when the address names none. */
  readonly port: number;
  /** A port that is not the one on the line, such as `:+1`, or a Unix socket. */
  readonly isSpecial: boolean;
}

const STREAM_SOCKETS = /^(unix@|uxst@|abns@|abnsz@|\/)/;
const DATAGRAMS = /^(udp|udp4|udp6|uxdg|quic4|quic6)@/;
const FAMILIES = /^(ipv4|ipv6|tcp|tcp4|tcp6|stream\+ipv4|stream\+ipv6|mptcp|mptcp4|mptcp6)@/;

/** Reads a server's address, or says in HAProxy's words what is wrong with it. */
export function readServerAddress(text: string): ServerAddress | { readonly error: string } {
  if (STREAM_SOCKETS.test(text)) return { host: text, port: 0, isSpecial: true };
  if (/^(fd|sockpair)@/.test(text)) {
    return { error: `a file descriptor is not acceptable here in '${text}'` };
  }
  if (DATAGRAMS.test(text)) return { error: `dgram-type address not acceptable in '${text}'` };
  const address = text.replace(FAMILIES, "");
  const colon = /[:\]][^:\]]*$/.exec(address);
  const hasPort = colon?.[0].startsWith(":") === true;
  const host = hasPort ? address.slice(0, colon.index) : address;
  const port = hasPort ? address.slice(colon.index + 1) : "";
  if (/^\d/.test(port)) {
    if (port.includes("-")) return { error: `port range not permitted here in '${text}'` };
    const number = cInt(port);
    if (number < 0 || number > 65_535) return { error: `invalid port '${port}'` };
    return { host, port: number, isSpecial: false };
  }
  if (/^[+-]/.test(port)) return { host, port: 0, isSpecial: true };
  if (port !== "") {
    const at = `in port number '${port}' in '${text}'`;
    return { error: `invalid character '${port.charAt(0)}' ${at}` };
  }
  return { host, port: 0, isSpecial: false };
}

/** Whether a host is this machine: 127.0.0.0/8, ::1 or localhost. */
export function isThisMachine(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return (
    name === "localhost" || name === "::1" || /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(name)
  );
}
