import { expect, it } from "vitest";
import { Offers } from "./offers";

it("has what is offered until that is withdrawn, and tells of each change", () => {
  const offers = new Offers();
  let told = 0;
  offers.subscribe(() => {
    told += 1;
  });
  const withdraw = offers.add({ title: "Publish", run: () => {} });
  offers.add({ title: "Test", run: () => {} });
  expect(offers.now().map((offer) => offer.title)).toEqual(["Publish", "Test"]);
  withdraw();
  expect(offers.now().map((offer) => offer.title)).toEqual(["Test"]);
  expect(told).toBe(3);
});
