// The queue of savings: sealed items by their uuid, in the order in which they were saved.
const { inQueue } = hiptrack;
const bySeq = (one, other) => one.seq - other.seq;

hiptrack.store = {
  all: async () => (await inQueue("readonly", (queue) => queue.getAll())).sort(bySeq),
  get: (uuid) => inQueue("readonly", (queue) => queue.get(uuid)),
  remove: (uuid) => inQueue("readwrite", (queue) => queue.delete(uuid)),
  // Behind all others. The numbers are given inside the change, so that two tabs never share one.
  add: (item) => inQueue("readwrite", (queue) => {
    queue.getAll().onsuccess = (event) => {
      const last = Math.max(0, ...event.target.result.map((each) => each.seq));
      queue.put({ ...item, seq: last + 1 });
    };
  }),
  // A change to what still waits; what another tab has sent meanwhile stays away.
  change: (uuid, facts) => inQueue("readwrite", (queue) => {
    queue.get(uuid).onsuccess = (event) => {
      if (event.target.result) queue.put({ ...event.target.result, ...facts });
    };
  }),
};
