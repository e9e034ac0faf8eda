// What is wrong with a camera's address, as far as it can be told without trying; null: nothing.
export function addressProblem(text: string): "empty" | "kind" | "host" | null {
  const address = text.trim();
  if (address === "") return "empty";
  if (address.startsWith("/dev/video")) return null;
  const match = /^(rtsps?|https?):\/\/(.*)$/i.exec(address);
  if (!match) return "kind";
  return /^(?:[^/@]*@)?[^/:@?#]+/.test(match[2]!) ? null : "host";
}
