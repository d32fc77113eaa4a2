// The built book, served as a host of static pages does: compressed, and to be kept.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

export const book = new URL("../build/html/", import.meta.url).pathname;
const types = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
  ".xml": "text/xml",
};
export const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://book").pathname);
  try {
    const data = await readFile(join(book, path.endsWith("/") ? `${path}index.html` : path));
    const packed = ![".woff2", ".png"].includes(extname(path));
    response.writeHead(200, {
      "Content-Type": types[extname(path)] ?? "text/plain",
      "Cache-Control": "max-age=31536000",
      ...(packed && { "Content-Encoding": "gzip" }),
    });
    response.end(packed ? gzipSync(data) : data);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, "127.0.0.1");
await new Promise((ready) => server.once("listening", ready));
export const address = `http://127.0.0.1:${server.address().port}`;
