// One change to what is kept in IndexedDB: whole or not at all, and done only when it is written.
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

hiptrack.inQueue = async (mode, work) => {
  try {
    return await within(once(mode, work));
  } catch {
    opened = null;
    return within(once(mode, work));
  }
};
