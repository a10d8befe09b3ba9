// In the page: [too small, overlapping], each a list of sentences.
([least, leastPrimary]) => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const kinds = [
    "a[href]", "button", "summary", "select", "textarea", "input:not([type=hidden])",
    "[role=button]", "[tabindex='0']",
  ].join();
  const isTick = (element) => ["radio", "checkbox"].includes(element.type);

  // A link within a sentence is as high as its line (WCAG 2.5.5 leaves it out); one that
  // stands alone, or beside other links only, is not.
  function isInSentence(element) {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    let block = element.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const rest = block.cloneNode(true);
    for (const other of rest.querySelectorAll(kinds)) other.remove();
    return /\p{L}{2}/u.test(rest.textContent);
  }

  // A radio button or tick is touched on its label too, or only there.
  function boxOf(element) {
    const parts = isTick(element) ? [...element.labels] : [element];
    const isSeen = getComputedStyle(element).position !== "absolute";
    if (isTick(element) && isSeen) parts.push(element);
    const boxes = parts.map((part) => part.getBoundingClientRect()).filter((box) => box.width);
    const [left, top] = ["left", "top"].map((side) => Math.min(...boxes.map((box) => box[side])));
    const [right, bottom] = ["right", "bottom"].map((side) => Math.max(...boxes.map((box) => box[side])));
    return { left, right, top, bottom, width: right - left, height: bottom - top };
  }

  function doesFloat(element) {
    for (let each = element; each; each = each.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(each).position)) return true;
    }
    return false;
  }

  function nameOf(element) {
    const label = element.getAttribute("aria-label") || element.labels?.[0]?.textContent;
    const words = label || element.textContent || element.name || element.tagName;
    return words.trim().replace(/\s+/g, " ").slice(0, 40);
  }

  function doOverlap(one, other) {
    if (one.floats !== other.floats) return false;
    if (one.element.contains(other.element) || other.element.contains(one.element)) return false;
    const [a, b] = [one.box, other.box];
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return across > 0.5 && down > 0.5; // less is rounding
  }

  const targets = [...document.querySelectorAll(kinds)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .filter((element) => !element.disabled && !isInSentence(element))
    .map((element) => ({
      element, name: nameOf(element), box: boxOf(element), floats: doesFloat(element),
    }))
    .filter(({ box }) => Number.isFinite(box.width));

  const small = targets
    .filter(({ element, box }) => {
      const wanted = element.matches(".btn-primary") ? leastPrimary : least;
      return box.height < wanted - 0.5 || box.width < least - 0.5;
    })
    .map(({ name, box }) => `${name}: ${Math.round(box.width)} × ${Math.round(box.height)}`);
  const overlapping = targets.flatMap((one, index) =>
    targets.slice(index + 1)
      .filter((other) => doOverlap(one, other))
      .map((other) => `${one.name} over ${other.name}`),
  );
  return [small, overlapping];
}
