/** How many of so many partitions each of so many members gets: as even as it goes, the earlier members one more. */
export function fairShare(partitions: number, members: number, place: number): number {
  return Math.floor(partitions / members) + (place < partitions % members ? 1 : 0);
}
