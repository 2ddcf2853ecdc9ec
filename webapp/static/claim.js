// What is left of a budget line while an amount is typed. The server works out the same when the claim is sent.

const hundredths = (text) => {
  const found = /^(\d{0,13})(?:\.(\d{0,2})0*)?$/.exec(text.replace(/[,，\s]/g, ""));
  return found && text.trim() ? BigInt(found[1] || 0) * 100n + BigInt((found[2] ?? "").padEnd(2, "0")) : null;
};
const written = (fen) => `${String(fen / 100n).replace(/\B(?=(\d{3})+$)/g, ",")}.${String(fen % 100n).padStart(2, "0")}`;

for (const place of document.querySelectorAll("[data-line-left]")) {
  const select = document.getElementById(place.dataset.select);
  const amount = document.getElementById(place.dataset.amount);
  const follow = () => {
    const left = select.selectedOptions[0]?.dataset.left;
    const wanted = hundredths(amount.value) ?? 0n;
    if (left === undefined) return void (place.textContent = "");
    const rest = BigInt(left) - wanted;
    place.textContent = rest < 0n ? `这个科目只剩 ${written(BigInt(left))} 元，超出 ${written(-rest)} 元。` : `这个科目还有 ${written(BigInt(left))} 元，报销后余 ${written(rest)} 元。`;
    place.classList.toggle("over", rest < 0n);
  };
  select.addEventListener("change", follow);
  amount.addEventListener("input", follow);
  follow();
}
