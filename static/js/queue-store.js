// The queue of savings in IndexedDB: whole or not at all, and told as kept only when it is.
// Phones close the connection behind one's back (iOS in the background does): it is opened anew.
const QUEUE = "queue";
const PATIENCE_MS = 3000;
let opened = null;

function open() {
  opened ||= new Promise((resolve, reject) => {
    const request = indexedDB.open("hiptrack", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(QUEUE, { keyPath: "uuid" });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      const letGo = () => {
        database.close();
        opened = null;
      };
      database.onclose = letGo;
      database.onversionchange = letGo;
      resolve(database);
    };
  });
  return opened;
}

function within(promise) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the storage does not answer")), PATIENCE_MS);
    promise.then(resolve, reject);
  });
}

async function once(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const change = database.transaction(QUEUE, mode, { durability: "strict" });
    const answer = work(change.objectStore(QUEUE));
    change.oncomplete = () => resolve(answer?.result);
    change.onabort = () => reject(change.error);
  });
}

async function run(mode, work) {
  try {
    return await within(once(mode, work));
  } catch {
    opened = null;
    return within(once(mode, work));
  }
}

const bySeq = (one, other) => one.seq - other.seq;

hiptrack.store = {
  // All that waits, in the order in which it was saved.
  all: async () => (await run("readonly", (queue) => queue.getAll())).sort(bySeq),
  get: (uuid) => run("readonly", (queue) => queue.get(uuid)),
  remove: (uuid) => run("readwrite", (queue) => queue.delete(uuid)),
  // Behind all others. The numbers are given inside the change, so that two tabs never share one.
  add: (item) => run("readwrite", (queue) => {
    queue.getAll().onsuccess = (event) => {
      const last = Math.max(0, ...event.target.result.map((each) => each.seq));
      queue.put({ ...item, seq: last + 1 });
    };
  }),
  // A change to what still waits; what another tab has sent meanwhile stays away.
  change: (uuid, facts) => run("readwrite", (queue) => {
    queue.get(uuid).onsuccess = (event) => {
      if (event.target.result) queue.put({ ...event.target.result, ...facts });
    };
  }),
};
