/*
 * The toolkit tries a rule in a style element of its own to see what the browser can do. Our
 * content security policy lets it when the page names its nonce this way; import before the toolkit.
 */
const nonce = document.currentScript?.nonce;
if (nonce) {
  const meta = document.createElement("meta");
  meta.setAttribute("property", "csp-nonce");
  meta.content = nonce;
  document.head.append(meta);
}
