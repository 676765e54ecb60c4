import "./controls/style-nonce.ts";
import "./theme.css";
import "./frame.css";
import "./graph/graph.css";
import "./inspector/inspector.css";
import "./inspector/balancer.css";
import "./timeline/timeline.css";
import "./controls/controls.css";
import { z } from "zod";
import { registerControls } from "./controls/toolkit.ts";
import { connectHost } from "./host.ts";
import { mountApp } from "./app.ts";

// The content security policy forbids eval, which zod would try for speed.
z.config({ jitless: true });
registerControls();

const root = document.getElementById("app");
if (!root) throw new Error("The page has no element #app to draw the topology in.");
mountApp(root, connectHost());
