# Reads test/layers.txt, then source files; prints every #include of a project
# header that the table does not allow.  A header without a folder in its name
# must be one that the build makes at the top (config.h).

function room_of(path,    room) {
  for (room = path; sub(/\/[^\/]*$/, "", room); )
    if (room in row) return room
  return ""
}

function complain(text) {
  print FILENAME ":" FNR ": " text
  bad++
}

FNR == NR {
  if ($0 ~ /^#/ || NF == 0) next
  row[$1] = 1
  for (i = 2; i <= NF; i++) allowed[$1, $i] = 1
  next
}

FNR == 1 {
  room = room_of(FILENAME)
  if (room == "") complain("this file is in no room of test/layers.txt")
}

/^[ \t]*#[ \t]*include[ \t]*"/ && room != "" {
  split($0, part, "\"")
  header = part[2]
  if (header == "config.h") next
  other = room_of(header)
  if (header ~ /^\.\.?\// || header !~ /\//)
    complain("\"" header "\" is not written from the top of the project")
  else if (other == "")
    complain("\"" header "\" is in no room of test/layers.txt")
  else if (other != room && !((room, other) in allowed) &&
           !((room, header) in allowed) && !((room, "*") in allowed))
    complain(room " may not include \"" header "\"")
}

END { exit bad > 0 }
