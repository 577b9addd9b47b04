/** Put a text into the clipboard; also where the page came by http, and browsers offer their clipboard to no script. */
export async function copyText(written: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(written);
    return;
  }
  const box = document.createElement("textarea");
  box.value = written;
  box.style.position = "fixed";
  box.style.opacity = "0";
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}
