// Nothing is taken that is dropped upon a page: no file to go to, no text into a field that nobody looks at.

for (const type of /** @type {const} */ (["dragenter", "dragover", "drop"])) {
  window.addEventListener(
    type,
    (event) => {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    },
    { capture: true },
  );
}
