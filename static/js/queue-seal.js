// Seals what a form says to the server's public key (docs/offline.md). From then on nobody reads
// it on this phone, and neither does this script.
const subtle = window.crypto?.subtle;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = "hiptrack-queue-1";
const NOT_SEALED = ["csrfmiddlewaretoken", "client_uuid", "day"];
const utf8 = (text) => new TextEncoder().encode(text);
const random = (size) => crypto.getRandomValues(new Uint8Array(size));

function base64url(bytes) {
  const text = Array.from(new Uint8Array(bytes), (each) => String.fromCharCode(each)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64url(text) {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(bytes, (each) => each.charCodeAt(0));
}

async function sealed(plain, key, bound) {
  const server = await subtle.importKey("raw", fromBase64url(key), CURVE, false, []);
  const own = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  const shared = await subtle.deriveBits({ name: "ECDH", public: server }, own.privateKey, 256);
  const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(INFO) };
  const aes = await subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = random(12);
  const box = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(bound) }, aes, plain);
  const ephemeral = base64url(await subtle.exportKey("raw", own.publicKey));
  return { ephemeral, iv: base64url(iv), sealed: base64url(box) };
}

function fieldsOf(form) {
  const given = [...new FormData(form)].filter(([name, value]) => value !== "" && !NOT_SEALED.includes(name));
  return given.sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
}

hiptrack.canSeal = Boolean(subtle && window.indexedDB);

// One saving of a form as an item of the queue. `hash` is that of the salted plain text: it
// tells nothing, and the server's receipt has to name it.
hiptrack.seal = async (form, { uuid, person, day }) => {
  const now = new Date();
  const text = {
    day,
    entered_at: now.toISOString(),
    fields: fieldsOf(form),
    kind: form.dataset.queue,
    salt: base64url(random(16)),
    utc_offset_minutes: -now.getTimezoneOffset(),
    uuid,
    v: 1,
  };
  const plain = utf8(JSON.stringify(text));
  const digest = new Uint8Array(await subtle.digest("SHA-256", plain));
  const hash = Array.from(digest, (each) => each.toString(16).padStart(2, "0")).join("");
  const envelope = await sealed(plain, form.dataset.key, `${person}:${uuid}`);
  const { keyId: key, queue: kind } = form.dataset;
  const made_at = now.getTime();
  return { uuid, person, day, kind, key, envelope, hash, made_at, tries: 0, due: 0, state: "waits", format: 1 };
};
