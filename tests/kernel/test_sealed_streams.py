"""Sealed files are written and read piece by piece, and nothing can be taken out or moved."""

import io

import pytest

from linli.kernel.ciphers import Profile
from linli.kernel.sealed_streams import PIECE, SealedStream, pieces_of
from linli.kernel.sealing import Place, UnsealError, seal, unseal

PLACE, NAME = Place("t", "1"), "upload"
HEAD = b"head\n"
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5)


def sealed(data: bytes, key: bytes) -> list[bytes]:
    return list(pieces_of(io.BytesIO(data), lambda c, text: seal(key, PLACE, c, text), NAME))


def opened(pieces: list[bytes], key: bytes, name: str = NAME) -> SealedStream:
    file = io.BytesIO(HEAD + b"".join(pieces))
    file.readline()
    return SealedStream(file, lambda c, one: unseal(key, PLACE, c, one), name)


def some(size: int) -> bytes:
    return bytes(n * 31 % 251 for n in range(1000)) * (size // 1000) + b"x" * (size % 1000)


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_again(size: int, profile: Profile) -> None:
    key, data = profile.new_key(), some(size)
    pieces = sealed(data, key)
    assert len(pieces) == max(1, -(-size // PIECE))
    with opened(pieces, key) as stream:
        assert stream.read() == data
        assert stream.tell() == size
        assert stream.read(5) == b""


def test_it_is_read_from_any_place() -> None:
    key, data = Profile.AES.new_key(), some(2 * PIECE + 5)
    stream = io.BufferedReader(opened(sealed(data, key), key), 1 << 10)
    assert stream.seekable()
    for at in (PIECE - 3, 2 * PIECE + 1, 0, PIECE):
        assert stream.seek(at) == at
        assert stream.read(9) == data[at : at + 9]
    assert stream.seek(-4, io.SEEK_END) == len(data) - 4
    assert stream.read() == data[-4:]
    assert stream.raw.seek(-len(data) * 2, io.SEEK_CUR) == 0
    stream.close()
    assert stream.raw.closed


def test_what_is_cut_off_moved_or_of_another_file_does_not_open() -> None:
    key, data = Profile.AES.new_key(), some(2 * PIECE + 5)
    first, second, last = sealed(data, key)
    for pieces in ([first, second], [first], [], [first, last], [first, second, last[:-1]]):
        with pytest.raises(UnsealError):
            opened(pieces, key)
    with pytest.raises(UnsealError):
        opened([second, first, last], key).read()
    with pytest.raises(UnsealError):
        opened([first, second, last], key, "refused")
