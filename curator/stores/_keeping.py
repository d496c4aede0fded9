"""Keeping house."""

from curator.stores._base import Base


class Keeping(Base):
    """x"""
