export const inbox = { title: "Inbox", none: "Nothing waits for a person." };
